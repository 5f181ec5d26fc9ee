import { ComputeManagementClient, type VirtualMachine } from '@azure/arm-compute';
import { ClientSecretCredential } from '@azure/identity';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AzureLabOptions, type RunningAzureLab, startAzureLab } from '../../lab/azure/lab.ts';
import type { MachineHost } from '../../lab/machines/host.ts';
import { Machines } from '../../lab/machines/machines.ts';
import { type RestoreStore, startRestoreStore } from './gcpComputeStanding.ts';

export interface AzureLab extends RunningAzureLab {
  /** The operator's own view, with every right. */
  readonly compute: ComputeManagementClient;
}

/** An emulated subscription of one test file's own; the SDK finds its authority where the environment says. */
export async function openAzureLab(options: AzureLabOptions = {}): Promise<AzureLab> {
  const lab = await startAzureLab({ operationMs: 90, pageSize: 20, coreLimit: 5000, ...options });
  process.env.AZURE_AUTHORITY_HOST = lab.url;
  const tlsOptions = { ca: readFileSync(lab.caFile, 'utf8') };
  const { clientId, secret } = lab.principals.write;
  const credential = new ClientSecretCredential(lab.tenant, clientId, secret, { tlsOptions, disableInstanceDiscovery: true });
  return { ...lab, compute: new ComputeManagementClient(credential, lab.subscription, { endpoint: lab.url, tlsOptions }) };
}

/** One where machines that boot with this in their script really run; of all others only the API says so. */
export async function openRunningAzureLab(text: string): Promise<{ readonly lab: AzureLab; readonly store: RestoreStore }> {
  const folder = await mkdtemp(join(tmpdir(), 'muster-azure-'));
  const machines = new Machines({ folder, bootSeconds: 0.1, image: IMAGE });
  const store = await startRestoreStore();
  const lab = await openAzureLab({ machines: onlyWith(text, machines) });
  const stop = async (): Promise<void> => {
    await lab.stop();
    await machines.end();
    await store.close();
    await rm(folder, { recursive: true });
  };
  return { lab: { ...lab, stop }, store };
}

const LATER_BOOTS = 'root={root}/muster; export root; setsid sh "$root/serve" &';
const IMAGE = { environment: { MUSTER_BOOT_LISTEN: '{address}' }, shared: { environment: { MUSTER_BOOT_ROOT: '{root}/muster' }, laterBoots: LATER_BOOTS } };

function onlyWith(text: string, machines: MachineHost): MachineHost {
  const run = new Set<string>();
  return {
    boot(machine) {
      if (!Buffer.from(machine.userData ?? '').includes(text)) return;
      run.add(machine.id);
      machines.boot(machine);
    },
    stop: async (id, how) => (run.has(id) ? machines.stop(id, how) : undefined),
    start: (id) => run.has(id) && machines.start(id),
    remove: async (id) => (run.has(id) ? machines.remove(id) : undefined),
  };
}

/** The least that Azure makes a machine from; whose, is for the caller to say. */
export function foreignMachine({ location, image, subnetId }: AzureLab, change: Partial<VirtualMachine> = {}): VirtualMachine {
  return {
    location,
    hardwareProfile: { vmSize: 'Standard_B1s' },
    storageProfile: { imageReference: { id: image }, osDisk: { createOption: 'FromImage', deleteOption: 'Delete' } },
    osProfile: {
      computerName: 'theirs',
      adminUsername: 'ops',
      linuxConfiguration: { disablePasswordAuthentication: true, ssh: { publicKeys: [{ path: '/home/ops/.ssh/authorized_keys', keyData: SSH_KEY }] } },
    },
    networkProfile: {
      networkApiVersion: '2022-11-01',
      networkInterfaceConfigurations: [
        { name: 'theirs', primary: true, deleteOption: 'Delete', ipConfigurations: [{ name: 'main', subnet: { id: subnetId } }] },
      ],
    },
    ...change,
  };
}

export const SSH_KEY = `ssh-rsa ${'AAAAB3NzaC1yc2EAAAADAQABAAABgQ'}${'C7'.repeat(170)} ops`;
