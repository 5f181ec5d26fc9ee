import type { Answer, Ask } from '../ask.ts';
import { type Cloud, notFound } from '../cloud.ts';
import { paged } from '../paged.ts';
import { head, newEtag, type Thing } from '../things.ts';

export interface SecurityRule {
  readonly name: string;
  readonly access: 'Allow' | 'Deny';
  readonly direction: 'Inbound' | 'Outbound';
  readonly priority: number;
}

export interface SecurityGroup extends Thing {
  readonly rules: readonly SecurityRule[];
}

const KIND = 'Microsoft.Network/networkSecurityGroups';

/** A group of rules for every protocol, port and address, as an operator puts one. */
export function standingSecurityGroup(cloud: Cloud, group: string, name: string, rules: readonly SecurityRule[]): SecurityGroup {
  return cloud.securityGroups.put({
    kind: KIND,
    id: cloud.id(group, KIND, name),
    name,
    group,
    location: cloud.location,
    createdAt: new Date(),
    state: 'Succeeded',
    etag: newEtag(),
    rules,
  });
}

export function getSecurityGroup({ cloud, params: { resourceGroupName, networkSecurityGroupName = '' } }: Ask): Answer {
  const group = cloud.group(resourceGroupName);
  const found = cloud.securityGroups.get(cloud.id(group, KIND, networkSecurityGroupName));
  if (!found) throw notFound(KIND, networkSecurityGroupName, group);
  return { status: 200, headers: { etag: found.etag }, body: view(cloud, found) };
}

export function listSecurityGroups({ cloud, params: { resourceGroupName }, url }: Ask): Answer {
  const group = resourceGroupName === undefined ? undefined : cloud.group(resourceGroupName);
  return paged(
    cloud.securityGroups.list(group).map((each) => view(cloud, each)),
    cloud.pageSize,
    url,
  );
}

/** The rules that every group has: https://learn.microsoft.com/azure/virtual-network/network-security-groups-overview#default-security-rules */
const DEFAULTS = [
  ['AllowVnetInBound', 'Inbound', 'Allow', 65_000, 'VirtualNetwork', 'VirtualNetwork'],
  ['AllowAzureLoadBalancerInBound', 'Inbound', 'Allow', 65_001, 'AzureLoadBalancer', '*'],
  ['DenyAllInBound', 'Inbound', 'Deny', 65_500, '*', '*'],
  ['AllowVnetOutBound', 'Outbound', 'Allow', 65_000, 'VirtualNetwork', 'VirtualNetwork'],
  ['AllowInternetOutBound', 'Outbound', 'Allow', 65_001, '*', 'Internet'],
  ['DenyAllOutBound', 'Outbound', 'Deny', 65_500, '*', '*'],
] as const;

function view(cloud: Cloud, group: SecurityGroup): object {
  const { etag } = group;
  const rule = (list: string, name: string, direction: string, access: string, priority: number, from: string, to: string): object => ({
    name,
    id: `${group.id}/${list}/${name}`,
    etag,
    type: `${KIND}/${list}`,
    properties: {
      provisioningState: 'Succeeded',
      protocol: '*',
      sourcePortRange: '*',
      destinationPortRange: '*',
      sourceAddressPrefix: from,
      destinationAddressPrefix: to,
      access,
      priority,
      direction,
    },
  });
  const interfaces = cloud.nics.list().filter(({ securityGroup }) => securityGroup?.toLowerCase() === group.id.toLowerCase());
  return {
    ...head(group),
    etag,
    properties: {
      provisioningState: group.state,
      securityRules: group.rules.map(({ name, direction, access, priority }) => rule('securityRules', name, direction, access, priority, '*', '*')),
      defaultSecurityRules: DEFAULTS.map(([name, direction, access, priority, from, to]) =>
        rule('defaultSecurityRules', name, direction, access, priority, from, to),
      ),
      networkInterfaces: interfaces.map(({ id }) => ({ id })),
    },
  };
}
