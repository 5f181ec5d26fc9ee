import { randomBytes, randomUUID } from 'node:crypto';
import { accepted, trackers } from '../accepted.ts';
import type { Answer, Ask } from '../ask.ts';
import { ArmError } from '../armError.ts';
import { type Cloud, notFound } from '../cloud.ts';
import { checkConditions } from '../conditions.ts';
import { checkName } from '../names.ts';
import { paged } from '../paged.ts';
import { checkTags } from '../tags.ts';
import { inProgress, newEtag, touch } from '../things.ts';
import { type IpConfiguration, type Nic, nicBody } from './nic.ts';
import { nicView } from './nicView.ts';
import { subnetOf } from './virtualNetworks.ts';

const KIND = 'Microsoft.Network/networkInterfaces';

/** https://learn.microsoft.com/rest/api/virtualnetwork/network-interfaces/create-or-update */
export function putNic(ask: Ask): Answer {
  const { cloud, params, headers } = ask;
  const body = nicBody.parse(ask.body);
  const group = cloud.group(params.resourceGroupName);
  const name = params.networkInterfaceName ?? '';
  checkName(KIND, name);
  const id = cloud.id(group, KIND, name);
  const existing = cloud.nics.get(id);
  const location = cloud.place(body.location, KIND);
  checkTags(body.tags);
  checkConditions(headers, existing);
  if (existing && inProgress(existing)) throw busy();
  const { properties = {}, tags } = body;
  const securityGroup = properties.networkSecurityGroup?.id;
  if (securityGroup !== undefined && !cloud.securityGroups.get(securityGroup)) throw missing(securityGroup, id);
  const ipConfigurations = configure(cloud, id, properties.ipConfigurations ?? [], existing);
  const nic: Nic = cloud.nics.put({
    kind: KIND,
    id,
    name,
    group,
    location,
    createdAt: existing?.createdAt ?? new Date(),
    ...(tags && { tags }),
    state: existing ? 'Updating' : 'Creating',
    etag: newEtag(),
    ipConfigurations,
    ...(securityGroup !== undefined && { securityGroup }),
    acceleratedNetworking: properties.enableAcceleratedNetworking ?? false,
    ipForwarding: properties.enableIPForwarding ?? false,
    mac: existing?.mac ?? `00-0D-3A-${randomBytes(3).toString('hex').toUpperCase().match(/../g)?.join('-')}`,
    guid: existing?.guid ?? randomUUID(),
    ...(existing?.vm !== undefined && { vm: existing.vm }),
    ...(existing?.reserved && { reserved: existing.reserved }),
  });
  const ms = cloud.smallMs + slowness(ask);
  nic.operation = cloud.operations.begin({
    ms,
    shows: () => nicView(cloud, nic),
    finish() {
      nic.state = 'Succeeded';
      touch(nic);
    },
  });
  return { status: existing ? 200 : 201, headers: { ...trackers(ask, 'Microsoft.Network', nic.operation, ms), etag: nic.etag }, body: nicView(cloud, nic) };
}

/** https://learn.microsoft.com/rest/api/virtualnetwork/network-interfaces/update-tags */
export function tagNic(ask: Ask): Answer {
  const nic = wanted(ask);
  const { tags } = nicBody.parse(ask.body);
  checkTags(tags);
  nic.tags = tags ?? {};
  touch(nic);
  return { status: 200, headers: { etag: nic.etag }, body: nicView(ask.cloud, nic) };
}

export function getNic(ask: Ask): Answer {
  const nic = wanted(ask);
  return { status: 200, headers: { etag: nic.etag }, body: nicView(ask.cloud, nic) };
}

export function listNics({ cloud, params: { resourceGroupName }, url }: Ask): Answer {
  const group = resourceGroupName === undefined ? undefined : cloud.group(resourceGroupName);
  return paged(
    cloud.nics.list(group).map((nic) => nicView(cloud, nic)),
    cloud.pageSize,
    url,
  );
}

/** Absent is success. https://learn.microsoft.com/rest/api/virtualnetwork/network-interfaces/delete */
export function deleteNic(ask: Ask): Answer {
  const { cloud, params } = ask;
  const nic = cloud.nics.get(cloud.id(cloud.group(params.resourceGroupName), KIND, params.networkInterfaceName ?? ''));
  if (!nic) return { status: 204 };
  const ms = cloud.smallMs + slowness(ask);
  if (nic.state === 'Deleting' && nic.operation) return accepted(ask, 'Microsoft.Network', nic.operation, ms);
  checkFree(nic);
  if (nic.vm !== undefined)
    throw new ArmError(
      400,
      'NicInUse',
      `Network Interface ${nic.id} is used by existing resource ${nic.vm}. In order to delete the network interface, it must be dissociated from the resource. To learn more, see aka.ms/deletenic.`,
    );
  if (inProgress(nic)) throw busy();
  nic.state = 'Deleting';
  nic.operation = cloud.operations.begin({ ms, deletes: true, finish: () => removeNic(cloud, nic) });
  return accepted(ask, 'Microsoft.Network', nic.operation, ms);
}

/** Gone, and its addresses are free. */
export function removeNic(cloud: Cloud, nic: Nic): void {
  cloud.nics.delete(nic);
  release(cloud, nic.ipConfigurations);
}

/** A machine that was refused keeps its interfaces for a while: https://github.com/Azure/karpenter-provider-azure/issues/92 */
export function checkFree({ reserved }: Nic, vm?: string): void {
  if (reserved && reserved.until > performance.now() && reserved.vm !== vm)
    throw new ArmError(
      400,
      'NicReservedForAnotherVm',
      `Nic(s) in request is reserved for another Virtual Machine for 180 seconds. Please provide another nic(s) or retry after 180 seconds. Reserved VM: ${reserved.vm}`,
    );
}

function wanted({ cloud, params: { resourceGroupName, networkInterfaceName = '' } }: Ask): Nic {
  const group = cloud.group(resourceGroupName);
  const nic = cloud.nics.get(cloud.id(group, KIND, networkInterfaceName));
  if (!nic) throw notFound(KIND, networkInterfaceName, group);
  return nic;
}

type Asked = NonNullable<NonNullable<ReturnType<typeof nicBody.parse>['properties']>['ipConfigurations']>;

/** Its addresses: the same where nothing about them changes, so that an update keeps what clients know. */
function configure(cloud: Cloud, id: string, asked: Asked, existing: Nic | undefined): IpConfiguration[] {
  if (asked.length === 0)
    throw new ArmError(400, 'NetworkInterfaceMustHaveAtLeastOneIPConfiguration', `Network interface ${id} must have at least one IP configuration.`);
  const made: IpConfiguration[] = [];
  try {
    for (const [index, { name = '', properties = {} }] of asked.entries()) {
      const subnet = subnetOf(cloud, properties.subnet?.id);
      if (!subnet) throw missing(properties.subnet?.id ?? 'subnet', id);
      const publicIp = properties.publicIPAddress?.id;
      const found = cloud.publicIps.get(publicIp);
      if (publicIp !== undefined && !found) throw missing(publicIp, id);
      const self = `${id}/ipConfigurations/${name}`;
      if (found?.usedBy !== undefined && found.usedBy.toLowerCase() !== self.toLowerCase())
        throw new ArmError(
          400,
          'PublicIPAddressInUse',
          `Resource ${self} is referencing public IP address ${found.id} that is already allocated to resource ${found.usedBy}.`,
        );
      const method = properties.privateIPAllocationMethod ?? 'Dynamic';
      const wanted = method === 'Static' ? properties.privateIPAddress : undefined;
      const before = existing?.ipConfigurations.find(
        (each) => each.name === name && each.subnet === subnet.id && (wanted === undefined || each.address === wanted),
      );
      const deleteOption = properties.publicIPAddress?.properties?.deleteOption;
      made.push({
        name,
        subnet: subnet.id,
        method,
        address: before?.address ?? subnet.addresses.take(wanted),
        primary: properties.primary ?? index === 0,
        ...(found && { publicIp: found.id }),
        ...(deleteOption !== undefined && { publicIpDeleteOption: deleteOption }),
      });
    }
  } catch (error) {
    release(
      cloud,
      made.filter(({ address }) => !existing?.ipConfigurations.some((each) => each.address === address)),
    );
    throw error;
  }
  release(
    cloud,
    (existing?.ipConfigurations ?? []).filter(({ address }) => !made.some((each) => each.address === address)),
  );
  for (const { publicIp } of existing?.ipConfigurations ?? []) leave(cloud, publicIp);
  for (const { name, publicIp } of made) {
    const found = cloud.publicIps.get(publicIp);
    if (found) found.usedBy = `${id}/ipConfigurations/${name}`;
  }
  return made;
}

function release(cloud: Cloud, configurations: readonly IpConfiguration[]): void {
  for (const { subnet, address, publicIp } of configurations) {
    subnetOf(cloud, subnet)?.addresses.give(address);
    leave(cloud, publicIp);
  }
}

function leave(cloud: Cloud, publicIp: string | undefined): void {
  const found = cloud.publicIps.get(publicIp);
  if (found) delete found.usedBy;
}

function missing(id: string, by: string): ArmError {
  return new ArmError(
    400,
    'InvalidResourceReference',
    `Resource ${id} referenced by resource ${by} was not found. Please make sure that the referenced resource exists, and that both resources are in the same region.`,
  );
}

function busy(): ArmError {
  return new ArmError(
    409,
    'AnotherOperationInProgress',
    'Another operation on this or dependent resource is in progress. To retrieve status of the operation use uri in the Azure-AsyncOperation header.',
  );
}

function slowness({ fault }: Ask): number {
  return fault?.kind === 'slowOperation' ? fault.ms : 0;
}
