import { ArmError } from '../armError.ts';
import type { VmProperties } from './vm.ts';

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const NAMES_TAKEN = [
  'administrator',
  'admin',
  'user',
  'user1',
  'test',
  'user2',
  'test1',
  'user3',
  'admin1',
  '1',
  '123',
  'a',
  'actuser',
  'adm',
  'admin2',
  'aspnet',
  'backup',
  'console',
  'david',
  'guest',
  'john',
  'owner',
  'root',
  'server',
  'sql',
  'support',
  'sys',
  'test2',
  'test3',
  'user4',
  'user5',
];

/** What a new system is told: https://learn.microsoft.com/azure/virtual-machines/linux/faq#what-are-the-username-requirements-when-creating-a-vm- */
export function checkOs({ osProfile, userData }: VmProperties): void {
  if (!osProfile) throw missing('osProfile');
  const { computerName, adminUsername, adminPassword, customData, linuxConfiguration } = osProfile;
  if (!computerName) throw missing('osProfile.computerName');
  if (!/^(?!\d+$)[A-Za-z0-9]([A-Za-z0-9-]{0,62}[A-Za-z0-9])?$/.test(computerName))
    throw invalid(
      'computerName',
      'Linux host name cannot exceed 64 characters in length or contain the following characters: ` ~ ! @ # $ % ^ & * ( ) = + _ [ ] { } \\ | ; : \' " , < > / ?.',
    );
  if (!adminUsername) throw missing('osProfile.adminUsername');
  if (NAMES_TAKEN.includes(adminUsername.toLowerCase()))
    throw invalid(
      'adminUsername',
      `The Admin Username specified is not allowed. For more information about disallowed usernames, see https://aka.ms/vmosprofile`,
    );
  const keys = linuxConfiguration?.ssh?.publicKeys ?? [];
  if (adminPassword === undefined && keys.length === 0)
    throw invalid('linuxConfiguration', 'Authentication using either SSH or by user name and password must be enabled in Linux profile.');
  if (linuxConfiguration?.disablePasswordAuthentication && keys.length === 0)
    throw invalid('linuxConfiguration.ssh.publicKeys', "Required parameter 'linuxConfiguration.ssh.publicKeys' is missing (null).");
  for (const { path, keyData } of keys) {
    if (path !== `/home/${adminUsername}/.ssh/authorized_keys`)
      throw invalid(
        'linuxConfiguration.ssh.publicKeys.path',
        `Destination path for SSH public keys is currently limited to its default value /home/${adminUsername}/.ssh/authorized_keys due to a known issue in Linux provisioning agent.`,
      );
    if (!/^(ssh-(rsa|ed25519)|ecdsa-\S+) [A-Za-z0-9+/=]+/.test(keyData ?? ''))
      throw invalid('linuxConfiguration.ssh.publicKeys.keyData', 'The value of parameter linuxConfiguration.ssh.publicKeys.keyData is invalid.');
  }
  if (adminPassword !== undefined && !strong(adminPassword))
    throw invalid(
      'adminPassword',
      'The supplied password must be between 6-72 characters long and must satisfy at least 3 of password complexity requirements from the following: Contains an uppercase character, Contains a lowercase character, Contains a numeric digit, Contains a special character, Control characters are not allowed',
    );
  checkData('customData', customData, 'Custom data in OSProfile must be in Base64 encoding and with a maximum length of 87380 characters.', 87_380);
  checkUserData(userData);
}

/** https://learn.microsoft.com/azure/virtual-machines/user-data: 64 KB */
export function checkUserData(userData: string | undefined): void {
  checkData('userData', userData, 'User data in VirtualMachineProperties must be in Base64 encoding and with a maximum length of 87380 characters.', 87_380);
}

function checkData(target: string, value: string | undefined, text: string, most: number): void {
  if (value !== undefined && (value.length > most || !BASE64.test(value))) throw invalid(target, text);
}

function strong(password: string): boolean {
  return password.length >= 6 && password.length <= 72 && [/[a-z]/, /[A-Z]/, /\d/, /[^A-Za-z0-9]/].filter((each) => each.test(password)).length >= 3;
}

export function missing(target: string): ArmError {
  return new ArmError(400, 'InvalidParameter', `Required parameter '${target}' is missing (null).`, { target });
}

function invalid(target: string, text: string): ArmError {
  return new ArmError(400, 'InvalidParameter', text, { target });
}
