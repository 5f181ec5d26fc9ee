import type { Answer, Ask } from '../ask.ts';
import { ArmError } from '../armError.ts';
import { type Cloud, notFound } from '../cloud.ts';
import { paged } from '../paged.ts';
import { head, newEtag, type Thing } from '../things.ts';
import { Addresses } from './addresses.ts';

export interface Subnet {
  readonly id: string;
  readonly name: string;
  readonly prefix: string;
  readonly addresses: Addresses;
}

export interface VirtualNetwork extends Thing {
  readonly prefix: string;
  readonly subnets: readonly Subnet[];
}

const KIND = 'Microsoft.Network/virtualNetworks';

/** A network that stands there, as an operator puts one. */
export function standingNetwork(cloud: Cloud, group: string, name: string, prefix: string, subnets: Readonly<Record<string, string>>): VirtualNetwork {
  const id = cloud.id(group, KIND, name);
  return cloud.networks.put({
    kind: KIND,
    id,
    name,
    group,
    location: cloud.location,
    createdAt: new Date(),
    state: 'Succeeded',
    etag: newEtag(),
    prefix,
    subnets: Object.entries(subnets).map(([subnet, range]) => ({
      id: `${id}/subnets/${subnet}`,
      name: subnet,
      prefix: range,
      addresses: new Addresses(range, subnet),
    })),
  });
}

export function subnetOf(cloud: Cloud, id: string | undefined): Subnet | undefined {
  return cloud.networks
    .list()
    .flatMap(({ subnets }) => subnets)
    .find((subnet) => subnet.id.toLowerCase() === id?.toLowerCase());
}

export function getNetwork(ask: Ask): Answer {
  const network = wanted(ask);
  return { status: 200, headers: { etag: network.etag }, body: view(ask.cloud, network) };
}

export function listNetworks({ cloud, params: { resourceGroupName }, url }: Ask): Answer {
  const group = resourceGroupName === undefined ? undefined : cloud.group(resourceGroupName);
  return paged(
    cloud.networks.list(group).map((each) => view(cloud, each)),
    cloud.pageSize,
    url,
  );
}

export function getSubnet(ask: Ask): Answer {
  const network = wanted(ask);
  const { subnetName = '' } = ask.params;
  const subnet = network.subnets.find(({ name }) => name.toLowerCase() === subnetName.toLowerCase());
  if (!subnet) throw new ArmError(404, 'NotFound', `Resource ${network.id}/subnets/${subnetName} not found.`);
  return { status: 200, headers: { etag: network.etag }, body: subnetView(ask.cloud, network, subnet) };
}

export function listSubnets(ask: Ask): Answer {
  const network = wanted(ask);
  return paged(
    network.subnets.map((subnet) => subnetView(ask.cloud, network, subnet)),
    ask.cloud.pageSize,
    ask.url,
  );
}

function wanted({ cloud, params: { resourceGroupName, virtualNetworkName = '' } }: Ask): VirtualNetwork {
  const group = cloud.group(resourceGroupName);
  const network = cloud.networks.get(cloud.id(group, KIND, virtualNetworkName));
  if (!network) throw notFound(KIND, virtualNetworkName, group);
  return network;
}

function view(cloud: Cloud, network: VirtualNetwork): object {
  return {
    ...head(network),
    etag: network.etag,
    properties: {
      provisioningState: network.state,
      addressSpace: { addressPrefixes: [network.prefix] },
      subnets: network.subnets.map((subnet) => subnetView(cloud, network, subnet)),
      virtualNetworkPeerings: [],
      enableDdosProtection: false,
    },
  };
}

function subnetView(cloud: Cloud, { etag }: VirtualNetwork, { id, name, prefix }: Subnet): object {
  const configurations = cloud.nics
    .list()
    .flatMap((nic) =>
      nic.ipConfigurations.filter(({ subnet }) => subnet.toLowerCase() === id.toLowerCase()).map((each) => `${nic.id}/ipConfigurations/${each.name}`),
    );
  return {
    id,
    name,
    type: `${KIND}/subnets`,
    etag,
    properties: {
      provisioningState: 'Succeeded',
      addressPrefix: prefix,
      ...(configurations.length > 0 && { ipConfigurations: configurations.map((each) => ({ id: each })) }),
    },
  };
}
