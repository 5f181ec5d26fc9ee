import { accepted } from '../accepted.ts';
import type { Answer, Ask } from '../ask.ts';
import type { Cloud } from '../cloud.ts';
import { removeNic } from '../network/nics.ts';
import { removePublicIp } from '../network/publicIps.ts';
import { removeMachine } from './machine.ts';
import { inProgress } from '../things.ts';
import type { Vm } from './vm.ts';

/** Absent is success; whatever goes on with it ends. https://learn.microsoft.com/rest/api/compute/virtual-machines/delete */
export function deleteVm(ask: Ask): Answer {
  const { cloud, params, fault } = ask;
  const vm = cloud.vms.get(cloud.id(cloud.group(params.resourceGroupName), 'Microsoft.Compute/virtualMachines', params.vmName ?? ''));
  if (!vm) return { status: 204 };
  const ms = cloud.operationMs + (fault?.kind === 'slowOperation' ? fault.ms : 0);
  if (vm.state !== 'Deleting' || !vm.operation || !inProgress(vm)) {
    vm.operation?.preempt();
    vm.state = 'Deleting';
    delete vm.failure;
    vm.operation = cloud.operations.begin({
      ms,
      deletes: true,
      until: removeMachine(cloud, vm),
      finish: (failed) => (failed ? void (vm.state = 'Failed') : remove(cloud, vm)),
    });
  }
  return accepted(ask, 'Microsoft.Compute', vm.operation, ms);
}

/** With what was to go along: https://learn.microsoft.com/azure/virtual-machines/delete */
function remove(cloud: Cloud, vm: Vm): void {
  cloud.vms.delete(vm);
  const { storageProfile, networkProfile } = vm.properties;
  const options = [storageProfile?.osDisk?.deleteOption, ...(storageProfile?.dataDisks ?? []).map(({ deleteOption }) => deleteOption)];
  for (const [index, id] of [vm.osDisk, ...vm.dataDisks].entries()) {
    const disk = cloud.disks.get(id);
    if (!disk) continue;
    delete disk.vm;
    if (options[index] === 'Delete') cloud.disks.delete(disk);
  }
  for (const { id, properties } of networkProfile?.networkInterfaces ?? []) {
    const nic = cloud.nics.get(id);
    if (!nic) continue;
    delete nic.vm;
    if (properties?.deleteOption !== 'Delete') continue;
    removeNic(cloud, nic);
    for (const { publicIp, publicIpDeleteOption } of nic.ipConfigurations) {
      const ip = cloud.publicIps.get(publicIp);
      if (ip && publicIpDeleteOption === 'Delete') removePublicIp(cloud, ip);
    }
  }
}
