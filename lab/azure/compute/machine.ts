import type { Cloud } from '../cloud.ts';
import { metadataHandler } from './metadata.ts';
import type { Vm } from './vm.ts';

/** Its first boot, from the custom data that the API received. */
export function bootMachine(cloud: Cloud, vm: Vm, failsToBoot: boolean): void {
  const address = cloud.nics.get(vm.nics[0])?.ipConfigurations.find(({ primary }) => primary)?.address;
  if (!cloud.machines || address === undefined) return;
  const { customData } = vm.properties.osProfile ?? {};
  cloud.machines.boot({
    id: vm.vmId,
    address,
    ...(customData !== undefined && { userData: Buffer.from(customData, 'base64') }),
    ...(failsToBoot && { failsToBoot }),
    metadata: { variable: 'AZURE_POD_IDENTITY_AUTHORITY_HOST', form: 'url', handle: metadataHandler(cloud, vm) },
  });
  vm.booted = true;
}

/** Again, or for the first time where it was never placed. */
export function startMachine(cloud: Cloud, vm: Vm): void {
  if (vm.booted) cloud.machines?.start(vm.vmId);
  else bootMachine(cloud, vm, false);
}

/** Resolves when it is off. */
export async function stopMachine({ machines }: Cloud, { booted, vmId }: Vm, how: 'polite' | 'power'): Promise<void> {
  if (booted) await machines?.stop(vmId, how);
}

export async function removeMachine({ machines }: Cloud, { booted, vmId }: Vm): Promise<void> {
  if (booted) await machines?.remove(vmId);
}
