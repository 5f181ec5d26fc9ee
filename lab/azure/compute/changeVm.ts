import { isDeepStrictEqual } from 'node:util';
import { trackers } from '../accepted.ts';
import type { Answer, Ask } from '../ask.ts';
import { ArmError } from '../armError.ts';
import { checkConditions } from '../conditions.ts';
import { isObject, type JsonObject } from '../json.ts';
import { checkTags } from '../tags.ts';
import { inProgress, newEtag } from '../things.ts';
import { checkUserData } from './checkOs.ts';
import { checkQuota, wantedSize } from './checkVm.ts';
import { createVm, failureOf } from './createVm.ts';
import { startMachine, stopMachine } from './machine.ts';
import { conflict, markedForDeletion } from './refusals.ts';
import { sizeOf } from './sizes.ts';
import { checkUnchangeable } from './unchangeable.ts';
import { type Vm, vmBody, vmProperties } from './vm.ts';
import { wantedVm } from './vms.ts';
import { vmView } from './vmView.ts';

/** Makes it or changes it: the same request again changes nothing. https://learn.microsoft.com/rest/api/compute/virtual-machines/create-or-update */
export function putVm(ask: Ask): Answer {
  const { cloud, params, headers } = ask;
  const body = vmBody.parse(ask.body);
  const group = cloud.group(params.resourceGroupName);
  const name = params.vmName ?? '';
  const vm = cloud.vms.get(cloud.id(group, 'Microsoft.Compute/virtualMachines', name));
  checkConditions(headers, vm);
  return vm ? change(ask, vm, body, false) : createVm(ask, group, name, body);
}

/** https://learn.microsoft.com/rest/api/compute/virtual-machines/update */
export function patchVm(ask: Ask): Answer {
  const vm = wantedVm(ask);
  checkConditions(ask.headers, vm);
  return change(ask, vm, vmBody.parse(ask.body), true);
}

function change(ask: Ask, vm: Vm, { location, tags, zones, properties = {} }: ReturnType<typeof vmBody.parse>, patch: boolean): Answer {
  const { cloud } = ask;
  if (vm.state === 'Deleting') throw markedForDeletion('Update VM', vm);
  if (location !== undefined) cloud.place(location, 'Microsoft.Compute/virtualMachines');
  checkTags(tags);
  checkUserData(properties.userData);
  const shown = vmView(cloud, vm);
  checkUnchangeable(vm, shown, properties, zones);
  // Interfaces that came along with it stand by themselves since.
  const { networkInterfaceConfigurations: _, networkApiVersion: __, ...network } = properties.networkProfile ?? {};
  const merged = vmProperties.parse(merge(vm.properties, { ...properties, ...(properties.networkProfile && { networkProfile: network }) }));
  const nextTags = tags ?? (patch ? vm.tags : undefined);
  const same = isDeepStrictEqual(merged, vm.properties) && isDeepStrictEqual(nextTags ?? {}, vm.tags ?? {});
  if (inProgress(vm) && vm.operation) {
    if (!same) throw conflict();
    return { status: 200, headers: { ...trackers(ask, 'Microsoft.Compute', vm.operation, cloud.operationMs), etag: vm.etag }, body: shown };
  }
  const nics = (merged.networkProfile?.networkInterfaces ?? []).map(({ id = '' }) => id.toLowerCase());
  if (!isDeepStrictEqual(nics.toSorted(), vm.nics.map((id) => id.toLowerCase()).toSorted()))
    throw new ArmError(501, 'NotImplemented', 'Interfaces of a machine are not changed here.');
  const size = wantedSize({ ...merged, hardwareProfile: { vmSize: vm.size, ...merged.hardwareProfile } }, cloud);
  const resized = size.name !== vm.size;
  if (resized) checkQuota(ask, size, sizeOf(vm.size)?.cores ?? 0);
  vm.properties = merged;
  if (nextTags) vm.tags = nextTags;
  else delete vm.tags;
  vm.etag = newEtag();
  vm.state = 'Updating';
  delete vm.failure;
  const restarts = resized && vm.power === 'running';
  // One whose making failed is made again by the same request.
  const places = vm.power === undefined;
  const failure = places ? failureOf(ask, vm.zones) : undefined;
  const ms = (places ? cloud.operationMs : same ? 0 : cloud.smallMs) + (ask.fault?.kind === 'slowOperation' ? ask.fault.ms : 0);
  vm.operation = cloud.operations.begin({
    ms,
    shows: () => vmView(cloud, vm),
    // A size that changes restarts a machine that runs: https://learn.microsoft.com/azure/virtual-machines/sizes/resize-vm
    ...(restarts && { until: stopMachine(cloud, vm, 'polite') }),
    ...(failure && { failure }),
    finish(failed) {
      vm.size = size.name;
      vm.state = failed ? 'Failed' : 'Succeeded';
      if (failed) vm.failure = failed;
      else if (places) vm.power = 'running';
      if (!failed && (places || restarts)) startMachine(cloud, vm);
    },
  });
  return { status: 200, headers: { ...trackers(ask, 'Microsoft.Compute', vm.operation, ms), etag: vm.etag }, body: vmView(cloud, vm) };
}

/** What is given replaces, lists whole; what is left out stays. */
function merge(old: unknown, next: unknown): unknown {
  if (next === undefined) return old;
  if (!isObject(old) || !isObject(next)) return next;
  const result: JsonObject = { ...old };
  for (const [name, value] of Object.entries(next)) result[name] = merge(old[name], value);
  return result;
}
