import { randomUUID } from 'node:crypto';
import { accepted, trackers } from '../accepted.ts';
import type { Answer, Ask } from '../ask.ts';
import { ArmError } from '../armError.ts';
import { notFound } from '../cloud.ts';
import { checkName } from '../names.ts';
import { paged } from '../paged.ts';
import { checkTags } from '../tags.ts';
import { head, newEtag, shouted } from '../things.ts';
import { type Disk, diskBody } from './disk.ts';

const KIND = 'Microsoft.Compute/disks';

/** Empty ones only; others come with their machine. https://learn.microsoft.com/rest/api/compute/disks/create-or-update */
export function putDisk(ask: Ask): Answer {
  const { cloud, params } = ask;
  const body = diskBody.parse(ask.body);
  const group = cloud.group(params.resourceGroupName);
  const name = params.diskName ?? '';
  checkName(KIND, name);
  const id = cloud.id(group, KIND, name);
  const existing = cloud.disks.get(id);
  const location = cloud.place(body.location, KIND);
  const zones = cloud.zone(body.zones);
  checkTags(body.tags);
  const { createOption } = body.properties?.creationData ?? {};
  if (createOption !== 'Empty') throw new ArmError(501, 'NotImplemented', `A disk by '${String(createOption)}' is not made here, an empty one is.`);
  const sizeGiB = body.properties?.diskSizeGB;
  if (sizeGiB === undefined)
    throw new ArmError(400, 'InvalidParameter', "Required parameter 'disk.diskSizeGB' is missing (null).", { target: 'disk.diskSizeGB' });
  if (existing && existing.sizeGiB > sizeGiB) throw smaller();
  const disk: Disk = cloud.disks.put({
    kind: KIND,
    id,
    name,
    group,
    location,
    createdAt: existing?.createdAt ?? new Date(),
    ...(body.tags && { tags: body.tags }),
    ...(zones && { zones }),
    state: existing ? 'Updating' : 'Creating',
    etag: newEtag(),
    sku: body.sku?.name ?? 'Standard_LRS',
    sizeGiB,
    createOption,
    uniqueId: existing?.uniqueId ?? randomUUID(),
    ...(existing?.vm !== undefined && { vm: existing.vm }),
  });
  return begin(ask, disk);
}

/** https://learn.microsoft.com/rest/api/compute/disks/update */
export function patchDisk(ask: Ask): Answer {
  const disk = wanted(ask);
  const { tags, sku, properties } = diskBody.parse(ask.body);
  checkTags(tags);
  if (properties?.diskSizeGB !== undefined && properties.diskSizeGB < disk.sizeGiB) throw smaller();
  if (tags) disk.tags = tags;
  if (sku?.name !== undefined) disk.sku = sku.name;
  if (properties?.diskSizeGB !== undefined) disk.sizeGiB = properties.diskSizeGB;
  disk.state = 'Updating';
  return begin(ask, disk);
}

export function getDisk(ask: Ask): Answer {
  return { status: 200, body: view(wanted(ask)) };
}

export function listDisks({ cloud, params: { resourceGroupName }, url }: Ask): Answer {
  const group = resourceGroupName === undefined ? undefined : cloud.group(resourceGroupName);
  return paged(cloud.disks.list(group).map(view), cloud.pageSize, url);
}

/** Absent is success. https://learn.microsoft.com/rest/api/compute/disks/delete */
export function deleteDisk(ask: Ask): Answer {
  const { cloud, params } = ask;
  const disk = cloud.disks.get(cloud.id(cloud.group(params.resourceGroupName), KIND, params.diskName ?? ''));
  if (!disk) return { status: 204 };
  if (disk.vm !== undefined) throw new ArmError(409, 'OperationNotAllowed', `Disk ${disk.name} is attached to VM ${disk.vm}.`);
  const ms = cloud.smallMs + (ask.fault?.kind === 'slowOperation' ? ask.fault.ms : 0);
  if (disk.state !== 'Deleting' || !disk.operation) {
    disk.operation?.preempt();
    disk.state = 'Deleting';
    disk.operation = cloud.operations.begin({ ms, deletes: true, finish: () => cloud.disks.delete(disk) });
  }
  return accepted(ask, 'Microsoft.Compute', disk.operation, ms);
}

function begin(ask: Ask, disk: Disk): Answer {
  const { cloud, fault } = ask;
  const ms = cloud.smallMs + (fault?.kind === 'slowOperation' ? fault.ms : 0);
  disk.operation = cloud.operations.begin({ ms, shows: () => view(disk), finish: () => void (disk.state = 'Succeeded') });
  return { status: 202, headers: trackers(ask, 'Microsoft.Compute', disk.operation, ms), body: view(disk) };
}

function wanted({ cloud, params: { resourceGroupName, diskName = '' } }: Ask): Disk {
  const group = cloud.group(resourceGroupName);
  const disk = cloud.disks.get(cloud.id(group, KIND, diskName));
  if (!disk) throw notFound(KIND, diskName, group);
  return disk;
}

function smaller(): ArmError {
  return new ArmError(409, 'OperationNotAllowed', 'Disk size cannot be decreased.');
}

function view(disk: Disk): object {
  const { sizeGiB, vm, osType, image, createOption } = disk;
  return {
    ...head(disk),
    ...(vm !== undefined && { managedBy: shouted(vm) }),
    sku: { name: disk.sku, tier: disk.sku.startsWith('Premium') ? 'Premium' : 'Standard' },
    properties: {
      ...(osType && { osType, hyperVGeneration: 'V2' }),
      creationData: { createOption, ...(image !== undefined && { imageReference: { id: image } }) },
      diskSizeGB: sizeGiB,
      diskSizeBytes: sizeGiB * 2 ** 30,
      timeCreated: disk.createdAt.toISOString(),
      provisioningState: disk.state,
      diskState: vm === undefined ? 'Unattached' : 'Attached',
      uniqueId: disk.uniqueId,
      encryption: { type: 'EncryptionAtRestWithPlatformKey' },
      networkAccessPolicy: 'AllowAll',
      publicNetworkAccess: 'Enabled',
    },
  };
}
