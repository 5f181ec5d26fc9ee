import { type Json, jsonOf } from './json.ts';
import { fingerprintOf, lastOf, linkOf, stamp } from './names.ts';

/** https://cloud.google.com/compute/docs/instances/instance-lifecycle */
export type Status = 'PROVISIONING' | 'STAGING' | 'RUNNING' | 'STOPPING' | 'TERMINATED';

export interface Attached {
  /** The disk's full name. */
  readonly disk: string;
  readonly boot: boolean;
  readonly autoDelete: boolean;
  readonly deviceName: string;
  readonly mode: string;
  readonly sizeGb: number;
  readonly architecture?: string;
}

export interface MetadataItem {
  readonly key: string;
  readonly value: string;
}

export interface Instance {
  /** Full. */
  readonly name: string;
  readonly id: string;
  /** Full. */
  readonly zone: string;
  readonly createdAt: number;
  readonly machineType: string;
  readonly network: string;
  readonly subnetwork: string;
  readonly address: string;
  readonly external: boolean;
  readonly disks: readonly Attached[];
  /** What was asked for and is given back as it came. */
  readonly asked: Json;
  readonly deletionProtection: boolean;
  /** What `MachineHost` knows it by. */
  readonly machineId: string;
  readonly failsToBoot: boolean;
  status: Status;
  deleting: boolean;
  labels: Readonly<Record<string, string>>;
  metadata: readonly MetadataItem[];
  tags: readonly string[];
  lastStartAt: number | undefined;
  lastStopAt: number | undefined;
}

export const fingerprints = {
  labels: ({ labels }: Instance) => fingerprintOf(labels),
  metadata: ({ metadata }: Instance) => fingerprintOf(metadata),
  tags: ({ tags }: Instance) => fingerprintOf(tags),
};

export function instanceView(instance: Instance): Json {
  const { name, id, zone, createdAt, machineType, network, subnetwork, address, external, disks, asked, status } = instance;
  const { labels, metadata, tags, lastStartAt, lastStopAt, deletionProtection } = instance;
  return jsonOf({
    ...asked,
    kind: 'compute#instance',
    id,
    name: lastOf(name),
    selfLink: linkOf(name),
    zone: linkOf(zone),
    creationTimestamp: stamp(createdAt),
    machineType: linkOf(machineType),
    status,
    cpuPlatform: status === 'TERMINATED' ? 'Unknown CPU Platform' : 'Intel Broadwell',
    deletionProtection,
    startRestricted: false,
    fingerprint: fingerprintOf([labels, metadata, tags, status]),
    // What is empty is not there.
    ...(Object.keys(labels).length === 0 ? {} : { labels }),
    labelFingerprint: fingerprints.labels(instance),
    metadata: { kind: 'compute#metadata', fingerprint: fingerprints.metadata(instance), ...(metadata.length === 0 ? {} : { items: metadata }) },
    tags: { fingerprint: fingerprints.tags(instance), ...(tags.length === 0 ? {} : { items: tags }) },
    networkInterfaces: [
      {
        kind: 'compute#networkInterface',
        name: 'nic0',
        network: linkOf(network),
        subnetwork: linkOf(subnetwork),
        networkIP: address,
        stackType: 'IPV4_ONLY',
        fingerprint: fingerprintOf([network, subnetwork, address, external]),
        // Outside the lab there is nothing: what is reached from there is the machine itself.
        ...(external
          ? { accessConfigs: [{ kind: 'compute#accessConfig', type: 'ONE_TO_ONE_NAT', name: 'External NAT', networkTier: 'PREMIUM', natIP: address }] }
          : {}),
      },
    ],
    disks: disks.map(({ disk, boot, autoDelete, deviceName, mode, sizeGb, architecture }, index) => ({
      kind: 'compute#attachedDisk',
      type: 'PERSISTENT',
      interface: 'SCSI',
      source: linkOf(disk),
      index,
      boot,
      autoDelete,
      deviceName,
      mode,
      diskSizeGb: String(sizeGb),
      ...(architecture === undefined ? {} : { architecture }),
    })),
    scheduling: { onHostMaintenance: 'MIGRATE', automaticRestart: true, preemptible: false, provisioningModel: 'STANDARD', ...jsonOf(asked.scheduling) },
    ...(lastStartAt === undefined ? {} : { lastStartTimestamp: stamp(lastStartAt) }),
    ...(lastStopAt === undefined ? {} : { lastStopTimestamp: stamp(lastStopAt) }),
  });
}
