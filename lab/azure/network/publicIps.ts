import { randomUUID } from 'node:crypto';
import { accepted, trackers } from '../accepted.ts';
import type { Answer, Ask } from '../ask.ts';
import { ArmError } from '../armError.ts';
import { type Cloud, notFound } from '../cloud.ts';
import { checkConditions } from '../conditions.ts';
import { checkName } from '../names.ts';
import { paged } from '../paged.ts';
import { checkTags } from '../tags.ts';
import { head, newEtag, touch } from '../things.ts';
import { type PublicIp, publicIpBody } from './publicIp.ts';

const KIND = 'Microsoft.Network/publicIPAddresses';

/** https://learn.microsoft.com/rest/api/virtualnetwork/public-ip-addresses/create-or-update */
export function putPublicIp(ask: Ask): Answer {
  const { cloud, params, headers } = ask;
  const { location: place, tags, zones, sku, properties = {} } = publicIpBody.parse(ask.body);
  const group = cloud.group(params.resourceGroupName);
  const name = params.publicIpAddressName ?? '';
  checkName(KIND, name);
  const id = cloud.id(group, KIND, name);
  const existing = cloud.publicIps.get(id);
  const location = cloud.place(place, KIND);
  checkTags(tags);
  checkConditions(headers, existing);
  const skuName = sku?.name ?? 'Basic';
  // Basic ones are retired: https://azure.microsoft.com/updates/upgrade-to-standard-sku-public-ip-addresses-in-azure-by-30-september-2025-basic-sku-will-be-retired/
  if (skuName === 'Basic')
    throw new ArmError(
      400,
      'IPv4BasicSkuPublicIpCountLimitReached',
      'Cannot create more than 0 IPv4 Basic SKU public IP addresses for this subscription in this region.',
    );
  const method = properties.publicIPAllocationMethod ?? 'Dynamic';
  if (method !== 'Static')
    throw new ArmError(400, 'StandardSkuPublicIPAddressMustBeStatic', `Standard sku publicIp ${id} must have AllocationMethod set to Static.`);
  if (ask.fault?.kind === 'quota')
    throw new ArmError(400, 'PublicIPCountLimitReached', 'Cannot create more than 1000 public IP addresses for this subscription in this region.');
  const ip: PublicIp = cloud.publicIps.put({
    kind: KIND,
    id,
    name,
    group,
    location,
    createdAt: existing?.createdAt ?? new Date(),
    ...(tags && { tags }),
    ...(zones && { zones }),
    state: existing ? 'Updating' : 'Creating',
    etag: newEtag(),
    sku: { name: skuName, tier: sku?.tier ?? 'Regional' },
    method,
    version: properties.publicIPAddressVersion ?? 'IPv4',
    idleTimeoutInMinutes: properties.idleTimeoutInMinutes ?? 4,
    address: existing?.address ?? cloud.publicAddresses.take(),
    guid: existing?.guid ?? randomUUID(),
    ...(existing?.usedBy !== undefined && { usedBy: existing.usedBy }),
  });
  const ms = cloud.smallMs + (ask.fault?.kind === 'slowOperation' ? ask.fault.ms : 0);
  ip.operation = cloud.operations.begin({
    ms,
    shows: () => view(ip),
    finish() {
      ip.state = 'Succeeded';
      touch(ip);
    },
  });
  return { status: existing ? 200 : 201, headers: { ...trackers(ask, 'Microsoft.Network', ip.operation, ms), etag: ip.etag }, body: view(ip) };
}

export function tagPublicIp(ask: Ask): Answer {
  const ip = wanted(ask);
  const { tags } = publicIpBody.parse(ask.body);
  checkTags(tags);
  ip.tags = tags ?? {};
  touch(ip);
  return { status: 200, headers: { etag: ip.etag }, body: view(ip) };
}

export function getPublicIp(ask: Ask): Answer {
  const ip = wanted(ask);
  return { status: 200, headers: { etag: ip.etag }, body: view(ip) };
}

export function listPublicIps({ cloud, params: { resourceGroupName }, url }: Ask): Answer {
  const group = resourceGroupName === undefined ? undefined : cloud.group(resourceGroupName);
  return paged(cloud.publicIps.list(group).map(view), cloud.pageSize, url);
}

/** Absent is success. https://learn.microsoft.com/rest/api/virtualnetwork/public-ip-addresses/delete */
export function deletePublicIp(ask: Ask): Answer {
  const { cloud, params } = ask;
  const ip = cloud.publicIps.get(cloud.id(cloud.group(params.resourceGroupName), KIND, params.publicIpAddressName ?? ''));
  if (!ip) return { status: 204 };
  // As it came to others: https://github.com/oap-project/cloudtik/issues/158
  if (ip.usedBy !== undefined)
    throw new ArmError(
      400,
      'PublicIPAddressCannotBeDeleted',
      `Public IP address ${ip.id} can not be deleted since it is still allocated to resource ${ip.usedBy}. In order to delete the public IP, disassociate/detach the Public IP address from the resource.  To learn how to do this, see aka.ms/deletepublicip.`,
    );
  const ms = cloud.smallMs + (ask.fault?.kind === 'slowOperation' ? ask.fault.ms : 0);
  if (ip.state !== 'Deleting' || !ip.operation) {
    ip.operation?.preempt();
    ip.state = 'Deleting';
    ip.operation = cloud.operations.begin({ ms, deletes: true, finish: () => removePublicIp(cloud, ip) });
  }
  return accepted(ask, 'Microsoft.Network', ip.operation, ms);
}

export function removePublicIp(cloud: Cloud, ip: PublicIp): void {
  cloud.publicIps.delete(ip);
  cloud.publicAddresses.give(ip.address);
}

function wanted({ cloud, params: { resourceGroupName, publicIpAddressName = '' } }: Ask): PublicIp {
  const group = cloud.group(resourceGroupName);
  const ip = cloud.publicIps.get(cloud.id(group, KIND, publicIpAddressName));
  if (!ip) throw notFound(KIND, publicIpAddressName, group);
  return ip;
}

function view(ip: PublicIp): object {
  return {
    ...head(ip),
    etag: ip.etag,
    sku: ip.sku,
    properties: {
      provisioningState: ip.state === 'Creating' ? 'Updating' : ip.state,
      resourceGuid: ip.guid,
      publicIPAddressVersion: ip.version,
      publicIPAllocationMethod: ip.method,
      idleTimeoutInMinutes: ip.idleTimeoutInMinutes,
      ipAddress: ip.address,
      ipTags: [],
      ...(ip.usedBy !== undefined && { ipConfiguration: { id: ip.usedBy } }),
    },
  };
}
