import { type Json, jsonOf } from './json.ts';
import type { MachineType } from './machineTypes.ts';
import { fingerprintOf, linkOf, stamp } from './names.ts';
import { PROJECT_NUMBER } from './refusal.ts';
import { networkName, quotaUse, subnetworkName, type World } from './world.ts';

/** Of what is there from the start and never changes. */
const MADE_AT = Date.UTC(2026, 0, 5, 9);

/** The same for the same name, as that of a thing that stays. */
function idOf(name: string): string {
  return String(Buffer.from(fingerprintOf(name), 'base64url').readBigUInt64BE() >> 1n);
}

export function machineTypeView(zone: string, { name, guestCpus, memoryMb, isSharedCpu, architecture }: MachineType): Json {
  const full = `${zone}/machineTypes/${name}`;
  return {
    kind: 'compute#machineType',
    id: idOf(name),
    name,
    selfLink: linkOf(full),
    creationTimestamp: '1969-12-31T16:00:00.000-08:00',
    description: `${guestCpus} vCPUs, ${memoryMb / 1024} GB RAM`,
    zone: zone.split('/').at(-1),
    guestCpus,
    memoryMb,
    imageSpaceGb: 0,
    isSharedCpu,
    architecture,
    maximumPersistentDisks: 128,
    maximumPersistentDisksSizeGb: '263168',
  };
}

export function zoneView({ project, region }: World, zone: string): Json {
  const full = `projects/${project}/zones/${zone}`;
  return {
    kind: 'compute#zone',
    id: idOf(zone),
    name: zone,
    description: zone,
    status: 'UP',
    region: linkOf(`projects/${project}/regions/${region}`),
    selfLink: linkOf(full),
    creationTimestamp: '1969-12-31T16:00:00.000-08:00',
    availableCpuPlatforms: ['Intel Broadwell', 'Intel Skylake', 'Ampere Altra'],
    supportsPzs: false,
  };
}

export function regionView(world: World): Json {
  const { project, region, zones } = world;
  return jsonOf({
    kind: 'compute#region',
    id: idOf(region),
    name: region,
    description: region,
    status: 'UP',
    selfLink: linkOf(`projects/${project}/regions/${region}`),
    creationTimestamp: '1969-12-31T16:00:00.000-08:00',
    zones: zones.map((zone) => linkOf(`projects/${project}/zones/${zone}`)),
    quotas: quotaUse(world),
    supportsPzs: false,
  });
}

export function networkView(world: World): Json {
  const name = networkName(world);
  return {
    kind: 'compute#network',
    id: idOf(name),
    name: 'default',
    description: 'Default network for the project',
    selfLink: linkOf(name),
    selfLinkWithId: linkOf(name.replace(/[^/]+$/, idOf(name))),
    creationTimestamp: stamp(MADE_AT),
    autoCreateSubnetworks: false,
    subnetworks: [linkOf(subnetworkName(world))],
    routingConfig: { routingMode: 'REGIONAL' },
    networkFirewallPolicyEnforcementOrder: 'AFTER_CLASSIC_FIREWALL',
  };
}

/** With what is used of it where that is asked for. */
export function subnetworkView(world: World, views = 'DEFAULT'): Json {
  const { project, region, addresses } = world;
  const name = subnetworkName(world);
  return {
    kind: 'compute#subnetwork',
    id: idOf(name),
    name: 'default',
    selfLink: linkOf(name),
    creationTimestamp: stamp(MADE_AT),
    network: linkOf(networkName(world)),
    region: linkOf(`projects/${project}/regions/${region}`),
    ipCidrRange: addresses.range,
    gatewayAddress: addresses.gateway,
    fingerprint: fingerprintOf(name),
    privateIpGoogleAccess: false,
    privateIpv6GoogleAccess: 'DISABLE_GOOGLE_ACCESS',
    purpose: 'PRIVATE',
    stackType: 'IPV4_ONLY',
    ...(views === 'WITH_UTILIZATION' && {
      utilizationDetails: { ipv4Utilizations: [{ totalAllocatedIp: String(addresses.taken), totalFreeIp: String(addresses.free) }] },
    }),
  };
}

/** What the operator has made: inside all may talk, and what carries the tag `closed` is closed both ways. */
export function firewallViews(world: World): { readonly name: string; readonly view: Json }[] {
  const rule = (short: string, rest: Json): { name: string; view: Json } => {
    const name = `projects/${world.project}/global/firewalls/${short}`;
    return {
      name,
      view: {
        kind: 'compute#firewall',
        id: idOf(name),
        name: short,
        selfLink: linkOf(name),
        creationTimestamp: stamp(MADE_AT),
        network: linkOf(networkName(world)),
        disabled: false,
        logConfig: { enable: false },
        ...rest,
      },
    };
  };
  const all = [{ IPProtocol: 'all' }];
  return [
    rule('allow-internal', { direction: 'INGRESS', priority: 65_534, sourceRanges: ['127.78.0.0/16'], allowed: all }),
    rule('closed-in', { direction: 'INGRESS', priority: 0, sourceRanges: ['0.0.0.0/0'], targetTags: [CLOSED_TAG], denied: all }),
    rule('closed-out', { direction: 'EGRESS', priority: 0, destinationRanges: ['0.0.0.0/0'], targetTags: [CLOSED_TAG], denied: all }),
  ];
}

export const CLOSED_TAG = 'closed';

export function projectView({ project, region, zones }: World): Json {
  return {
    kind: 'compute#project',
    id: PROJECT_NUMBER,
    name: project,
    selfLink: linkOf(`projects/${project}`),
    creationTimestamp: stamp(MADE_AT),
    commonInstanceMetadata: {
      kind: 'compute#metadata',
      fingerprint: fingerprintOf([region, zones[0]]),
      items: [
        { key: 'google-compute-default-region', value: region },
        { key: 'google-compute-default-zone', value: zones[0] },
      ],
    },
    defaultServiceAccount: `${PROJECT_NUMBER}-compute@developer.gserviceaccount.com`,
    defaultNetworkTier: 'PREMIUM',
    xpnProjectStatus: 'UNSPECIFIED_XPN_PROJECT_STATUS',
    vmDnsSetting: 'ZONAL_ONLY',
    quotas: [
      { metric: 'NETWORKS', limit: 15, usage: 1 },
      { metric: 'FIREWALLS', limit: 200, usage: 3 },
    ],
  };
}
