import type { DiskDraft, Draft } from './draft.ts';
import { exhausted, quotaExceeded } from './failures.ts';
import type { Attached, Instance } from './instances.ts';
import { lastOf, newId } from './names.ts';
import type { Failure } from './operations.ts';
import { refusals } from './refusal.ts';
import { networkName, quotaUse, subnetworkName, type World } from './world.ts';

/** Why so many of these cannot be made in the zone: quota first, as Google looks at it first, then room. */
export function obstacleTo(
  world: World,
  zone: string,
  { machineType: { guestCpus, quota, name } }: Pick<Draft, 'machineType'>,
  count: number,
): Failure | undefined {
  const asked: Readonly<Record<string, number>> = { INSTANCES: count, [quota]: count * guestCpus };
  for (const { metric, limit, usage } of quotaUse(world)) {
    if (usage + (asked[metric] ?? 0) > limit && asked[metric] !== undefined) return quotaExceeded(metric, limit, world.region);
  }
  return roomIn(world, zone) < count ? exhausted(world.project, zone, name) : undefined;
}

/** A stopped instance takes no room. */
export function roomIn({ project, room, instances }: World, zone: string): number {
  const here = [...instances.values()].filter((each) => each.zone === `projects/${project}/zones/${zone}` && each.status !== 'TERMINATED');
  return (room[zone] ?? Infinity) - here.length;
}

function diskName(short: string, disk: DiskDraft & { readonly kind: 'new' }, index: number): string {
  return disk.name ?? (index === 0 ? short : `${short}-${index}`);
}

/** Refused when there is an instance, or a disk, of a name that this one would make. */
export function refuseTaken({ project, instances, disks }: World, zone: string, short: string, draft: Draft): void {
  const place = `projects/${project}/zones/${zone}`;
  if (instances.has(`${place}/instances/${short}`)) throw refusals.exists(`${place}/instances/${short}`);
  for (const [index, disk] of draft.disks.entries()) {
    if (disk.kind !== 'new') continue;
    const name = `${place}/disks/${diskName(short, disk, index)}`;
    if (disks.has(name)) throw refusals.exists(name);
  }
}

/** The instance exists from here on, in PROVISIONING, and so do its disks. */
export function create(world: World, zone: string, short: string, draft: Draft, failsToBoot: boolean): Instance {
  const { project, instances, disks, addresses } = world;
  const place = `projects/${project}/zones/${zone}`;
  const name = `${place}/instances/${short}`;
  const address = addresses.take();
  if (address === undefined) throw new Error(`the lab's range ${addresses.range} is full: stop another lab or make fewer instances`);
  const now = Date.now();
  const attached = draft.disks.map((each, index): Attached => {
    const disk =
      each.kind === 'existing'
        ? each.disk
        : {
            name: `${place}/disks/${diskName(short, each, index)}`,
            id: newId(),
            zone: place,
            sizeGb: each.sizeGb,
            type: each.type,
            ...(each.image === undefined ? {} : { sourceImage: each.image.name }),
            labels: each.labels,
            createdAt: now,
            user: undefined,
            lastAttachAt: undefined,
            lastDetachAt: undefined,
          };
    disk.user = name;
    disk.lastAttachAt = now;
    disks.set(disk.name, disk);
    return {
      disk: disk.name,
      boot: each.boot,
      autoDelete: each.autoDelete,
      deviceName: each.deviceName ?? `persistent-disk-${index}`,
      mode: each.mode,
      sizeGb: disk.sizeGb,
      ...(each.kind === 'new' && each.image ? { architecture: each.image.architecture } : {}),
    };
  });
  const id = newId();
  const instance: Instance = {
    name,
    id,
    zone: place,
    createdAt: now,
    machineType: `${place}/machineTypes/${draft.machineType.name}`,
    network: networkName(world),
    subnetwork: subnetworkName(world),
    address,
    external: draft.external,
    disks: attached,
    asked: draft.asked,
    deletionProtection: draft.deletionProtection,
    machineId: `${lastOf(name)}-${id}`,
    failsToBoot,
    status: 'PROVISIONING',
    deleting: false,
    labels: draft.labels,
    metadata: draft.metadata,
    tags: draft.tags,
    lastStartAt: undefined,
    lastStopAt: undefined,
  };
  instances.set(name, instance);
  return instance;
}
