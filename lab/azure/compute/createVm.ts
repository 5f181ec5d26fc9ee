import { randomUUID } from 'node:crypto';
import { trackers } from '../accepted.ts';
import type { Answer, Ask } from '../ask.ts';
import { ArmError } from '../armError.ts';
import { type Cloud, notFound } from '../cloud.ts';
import { checkName } from '../names.ts';
import { checkTags } from '../tags.ts';
import { newEtag } from '../things.ts';
import { checkQuota, checkVm } from './checkVm.ts';
import type { Image } from './images.ts';
import { bootMachine } from './machine.ts';
import { makeOwnNics } from './ownNics.ts';
import { noCapacity } from './refusals.ts';
import type { Vm, vmBody } from './vm.ts';
import { vmView } from './vmView.ts';

const KIND = 'Microsoft.Compute/virtualMachines';

/** A machine that is not there yet: https://learn.microsoft.com/rest/api/compute/virtual-machines/create-or-update */
export function createVm(ask: Ask, group: string, name: string, body: ReturnType<typeof vmBody.parse>): Answer {
  const { cloud } = ask;
  checkName(KIND, name);
  const location = cloud.place(body.location, KIND);
  checkTags(body.tags);
  const zones = cloud.zone(body.zones);
  const id = cloud.id(group, KIND, name);
  const { properties: asked = {}, tags, identity } = body;
  const { size, image, nics: standing } = checkVm(cloud, id, asked, zones);
  try {
    checkQuota(ask, size);
    checkDisks(cloud, group, asked);
  } catch (error) {
    for (const nic of standing) nic.reserved = { vm: id, until: performance.now() + cloud.nicReservationMs };
    throw error;
  }
  const { nics: own, properties } = makeOwnNics(ask, group, asked);
  const nics = [...standing, ...own];
  const vm: Vm = cloud.vms.put({
    kind: KIND,
    id,
    name,
    group,
    location,
    createdAt: new Date(),
    ...(tags && { tags }),
    ...(zones && { zones }),
    ...(identity && { identity }),
    state: 'Creating',
    etag: newEtag(),
    properties,
    size: size.name,
    vmId: randomUUID(),
    dataDisks: [],
    nics: nics.toSorted((one, other) => Number(isPrimary(properties, other.id)) - Number(isPrimary(properties, one.id))).map((nic) => nic.id),
    booted: false,
  });
  for (const nic of nics) {
    nic.vm = id;
    delete nic.reserved;
  }
  attachDisks(cloud, vm, image);
  const failure = failureOf(ask, zones);
  const ms = cloud.operationMs + (ask.fault?.kind === 'slowOperation' ? ask.fault.ms : 0);
  vm.operation = cloud.operations.begin({
    ms,
    shows: () => vmView(cloud, vm),
    ...(failure && { failure }),
    finish(failed) {
      vm.etag = newEtag();
      vm.state = failed ? 'Failed' : 'Succeeded';
      if (failed) return void (vm.failure = failed);
      vm.power = 'running';
      bootMachine(cloud, vm, ask.fault?.kind === 'bootFailure');
    },
  });
  return { status: 201, headers: { ...trackers(ask, 'Microsoft.Compute', vm.operation, ms), etag: vm.etag }, body: vmView(cloud, vm) };
}

/** What only the operation tells. A planted refusal with status 200 is one that comes there. */
export function failureOf({ fault }: Ask, zones: readonly string[] | undefined): ArmError | undefined {
  if (fault?.kind === 'capacity') return noCapacity(zones);
  return fault?.kind === 'refuse' ? new ArmError(409, fault.code, fault.message ?? fault.code) : undefined;
}

type Properties = Vm['properties'];

function isPrimary({ networkProfile }: Properties, id: string): boolean {
  return networkProfile?.networkInterfaces?.find((each) => each.id?.toLowerCase() === id.toLowerCase())?.properties?.primary ?? false;
}

function checkDisks(cloud: Cloud, group: string, { storageProfile }: Properties): void {
  for (const { name, createOption, managedDisk } of [storageProfile?.osDisk, ...(storageProfile?.dataDisks ?? [])].filter((each) => each !== undefined)) {
    if (createOption === 'Attach') {
      const disk = cloud.disks.get(managedDisk?.id);
      if (!disk) throw notFound('Microsoft.Compute/disks', managedDisk?.id?.split('/').at(-1) ?? '', group);
      if (disk.vm !== undefined)
        throw new ArmError(409, 'ConflictingUserInput', `Disk '${disk.id}' cannot be attached as the disk is already owned by VM '${disk.vm}'.`);
    } else if (name !== undefined && cloud.disks.get(cloud.id(group, 'Microsoft.Compute/disks', name)))
      throw new ArmError(409, 'ConflictingUserInput', `Disk ${name} already exists in resource group ${group}. Only CreateOption.Attach is supported.`);
  }
}

/**
 * The system's disk and the empty ones are made with the machine's tags of now, which later changes do not follow:
 * https://github.com/hashicorp/terraform-provider-azurerm/issues/8162
 */
function attachDisks(cloud: Cloud, vm: Vm, image: Image | undefined): void {
  const { osDisk, dataDisks = [] } = vm.properties.storageProfile ?? {};
  const attach = (each: NonNullable<typeof osDisk>, generated: string, from: Image | undefined): string => {
    const standing = each.createOption === 'Attach' ? cloud.disks.get(each.managedDisk?.id) : undefined;
    if (standing) {
      standing.vm = vm.id;
      return standing.id;
    }
    const name = each.name ?? `${vm.name}_${generated}_1_${randomUUID().replaceAll('-', '')}`;
    return cloud.disks.put({
      kind: 'Microsoft.Compute/disks',
      id: cloud.id(vm.group, 'Microsoft.Compute/disks', name),
      name,
      group: vm.group,
      location: vm.location,
      createdAt: new Date(),
      ...(vm.tags && { tags: vm.tags }),
      ...(vm.zones && { zones: vm.zones }),
      state: 'Succeeded',
      etag: newEtag(),
      sku: each.managedDisk?.storageAccountType ?? 'Premium_LRS',
      sizeGiB: each.diskSizeGB ?? from?.sizeGiB ?? 32,
      ...(from && { osType: from.osType, image: from.id }),
      createOption: from ? 'FromImage' : 'Empty',
      uniqueId: randomUUID(),
      vm: vm.id,
    }).id;
  };
  if (osDisk) vm.osDisk = attach(osDisk, 'OsDisk', image);
  vm.dataDisks = dataDisks.map((each) => attach(each, `disk${each.lun + 2}`, undefined));
}
