import type { Answer, Ask } from '../ask.ts';
import { type Cloud, notFound } from '../cloud.ts';
import { ArmError } from '../armError.ts';
import { paged } from '../paged.ts';
import { at } from '../json.ts';
import { head, shouted } from '../things.ts';
import type { Vm } from './vm.ts';
import { instanceViewOf, type Shown, vmView } from './vmView.ts';

const KIND = 'Microsoft.Compute/virtualMachines';

export function wantedVm({ cloud, params: { resourceGroupName, vmName = '' } }: Ask): Vm {
  const group = cloud.group(resourceGroupName);
  const vm = cloud.vms.get(cloud.id(group, KIND, vmName));
  if (!vm) throw notFound(KIND, vmName, group);
  return vm;
}

/** https://learn.microsoft.com/rest/api/compute/virtual-machines/get */
export function getVm(ask: Ask): Answer {
  const vm = wantedVm(ask);
  return { status: 200, headers: { etag: vm.etag }, body: vmView(ask.cloud, vm, shown(ask.query)) };
}

export function instanceView(ask: Ask): Answer {
  return { status: 200, body: instanceViewOf(ask.cloud, wantedVm(ask)) };
}

/** https://learn.microsoft.com/rest/api/compute/virtual-machines/list */
export function listVms({ cloud, params, query, url }: Ask): Answer {
  const group = cloud.group(params.resourceGroupName);
  return paged(
    cloud.vms.list(group).map((vm) => listed(vmView(cloud, vm, shown(query)))),
    cloud.pageSize,
    url,
  );
}

/** https://learn.microsoft.com/rest/api/compute/virtual-machines/list-all: with statusOnly only what goes on with each. */
export function listAllVms({ cloud, query, url }: Ask): Answer {
  const view = query.get('statusOnly') === 'true' ? (vm: Vm) => statusView(cloud, vm) : (vm: Vm) => vmView(cloud, vm, shown(query));
  return paged(
    cloud.vms.list().map((vm) => listed(view(vm))),
    cloud.pageSize,
    url,
  );
}

/** https://learn.microsoft.com/rest/api/compute/virtual-machines/list-by-location */
export function listVmsByLocation({ cloud, params, url }: Ask): Answer {
  const here = params.location?.toLowerCase() === cloud.location;
  return paged(here ? cloud.vms.list().map((vm) => listed(vmView(cloud, vm))) : [], cloud.pageSize, url);
}

/** Lists spell the group in capitals. */
function listed(view: object): object {
  return { ...view, id: shouted(String(at(view, 'id'))) };
}

function statusView(cloud: Cloud, vm: Vm): object {
  return { ...head(vm), properties: { provisioningState: vm.state, vmId: vm.vmId, instanceView: instanceViewOf(cloud, vm) } };
}

function shown(query: URLSearchParams): Shown {
  const expand = query.get('$expand');
  if (expand === null) return {};
  const asked = expand.split(',').map((each) => each.trim().toLowerCase());
  if (!asked.every((each) => ['instanceview', 'userdata'].includes(each)))
    throw new ArmError(400, 'InvalidParameter', `The value '${expand}' of parameter $expand is not valid.`, { target: '$expand' });
  return { instanceView: asked.includes('instanceview'), userData: asked.includes('userdata') };
}
