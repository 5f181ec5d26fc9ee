import { ArmError } from './armError.ts';
import type { Kind } from './things.ts';

/** https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules */
const RULES: Readonly<Partial<Record<Kind, RegExp>>> = {
  'Microsoft.Compute/virtualMachines': /^(?!_)[^\\/"[\]:|<>+=;,?*@&~!#$%^'(){}\s]{1,64}(?<![.-])$/,
  'Microsoft.Compute/disks': /^[A-Za-z0-9_.-]{1,80}$/,
  'Microsoft.Network/networkInterfaces': /^[A-Za-z0-9]([A-Za-z0-9_.-]{0,78}[A-Za-z0-9_])?$/,
  'Microsoft.Network/publicIPAddresses': /^[A-Za-z0-9]([A-Za-z0-9_.-]{0,78}[A-Za-z0-9_])?$/,
};

export function checkName(kind: Kind, name: string): void {
  if (RULES[kind]?.test(name) === false)
    throw kind.startsWith('Microsoft.Network')
      ? new ArmError(
          400,
          'InvalidResourceName',
          `Resource name ${name} is invalid. The name can be up to 80 characters long. It must begin with a word character, and it must end with a word character or with '_'.`,
        )
      : new ArmError(400, 'InvalidParameter', `The entity name '${name}' is invalid according to its validation rule: ${String(RULES[kind])}.`, {
          target: 'name',
        });
}
