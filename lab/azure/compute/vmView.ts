import type { Cloud } from '../cloud.ts';
import { head, shouted } from '../things.ts';
import type { Vm } from './vm.ts';

export interface Shown {
  readonly instanceView?: boolean;
  readonly userData?: boolean;
}

/** What of a machine can be read: never its custom data nor its password; user data only when it is asked for. */
export function vmView(cloud: Cloud, vm: Vm, { instanceView = false, userData = false }: Shown = {}): object {
  const { storageProfile = {}, osProfile, networkProfile, userData: data, hardwareProfile, ...rest } = vm.properties;
  const { customData: _, adminPassword: __, ...os } = osProfile ?? {};
  const { osDisk, dataDisks = [] } = storageProfile;
  const disk = cloud.disks.get(vm.osDisk);
  return {
    ...head(vm),
    etag: vm.etag,
    ...(vm.identity && { identity: vm.identity }),
    properties: {
      ...rest,
      hardwareProfile: { ...hardwareProfile, vmSize: vm.size },
      storageProfile: {
        ...storageProfile,
        osDisk: {
          osType: disk?.osType ?? 'Linux',
          caching: 'ReadWrite',
          deleteOption: 'Detach',
          ...osDisk,
          ...(disk && {
            name: disk.name,
            diskSizeGB: disk.sizeGiB,
            managedDisk: { storageAccountType: disk.sku, ...osDisk?.managedDisk, id: shouted(disk.id) },
          }),
        },
        dataDisks: dataDisks.map((each, index) => ({
          caching: 'None',
          deleteOption: 'Detach',
          ...each,
          ...(vm.dataDisks[index] !== undefined && { managedDisk: { ...each.managedDisk, id: shouted(vm.dataDisks[index]) } }),
        })),
      },
      ...(osProfile && { osProfile: { ...os, secrets: [], allowExtensionOperations: true, requireGuestProvisionSignal: true } }),
      networkProfile,
      ...(userData && data !== undefined && { userData: data }),
      provisioningState: vm.state,
      vmId: vm.vmId,
      timeCreated: vm.createdAt.toISOString(),
      ...(instanceView && { instanceView: instanceViewOf(cloud, vm) }),
    },
  };
}

/** https://learn.microsoft.com/azure/virtual-machines/states-billing */
export function instanceViewOf(cloud: Cloud, vm: Vm): object {
  const { state, power, failure } = vm;
  const time = (vm.operation?.endTime ?? vm.operation?.startTime ?? vm.createdAt).toISOString();
  const provisioning = failure
    ? { code: `ProvisioningState/failed/${failure.code}`, level: 'Error', displayStatus: 'Provisioning failed', message: failure.message, time }
    : { code: `ProvisioningState/${state.toLowerCase()}`, level: 'Info', displayStatus: state === 'Succeeded' ? 'Provisioning succeeded' : state, time };
  const disks = [vm.osDisk, ...vm.dataDisks].map((id) => cloud.disks.get(id)).filter((disk) => disk !== undefined);
  return {
    ...(power === 'running' && vm.properties.osProfile?.computerName !== undefined && { computerName: vm.properties.osProfile.computerName }),
    hyperVGeneration: 'V2',
    disks: disks.map(({ name }) => ({
      name,
      statuses: [{ code: 'ProvisioningState/succeeded', level: 'Info', displayStatus: 'Provisioning succeeded', time }],
    })),
    statuses: [provisioning, ...(power ? [{ code: `PowerState/${power}`, level: 'Info', displayStatus: `VM ${power}` }] : [])],
  };
}
