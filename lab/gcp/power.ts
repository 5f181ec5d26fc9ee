import { type Instance } from './instances.ts';
import { answerMetadata } from './metadataService.ts';
import type { World } from './world.ts';

/** The key whose value cloud-init runs on Google's images: https://cloudinit.readthedocs.io/en/latest/reference/datasources/gce.html */
const USER_DATA = 'user-data';

function isThere({ instances }: World, instance: Instance): boolean {
  return instances.get(instance.name) === instance && !instance.deleting;
}

/** Half-way of an insert or a start. */
export function stage(world: World, instance: Instance): void {
  // Timers of a process that was busy may come in another order than they were set in.
  if (isThere(world, instance) && instance.status === 'PROVISIONING') instance.status = 'STAGING';
}

/** The first time. One that was deleted in the meantime stays so. */
export function boot(world: World, instance: Instance): void {
  if (!isThere(world, instance)) return;
  instance.status = 'RUNNING';
  instance.lastStartAt = Date.now();
  const userData = instance.metadata.find(({ key }) => key === USER_DATA)?.value;
  world.machines?.boot({
    id: instance.machineId,
    address: instance.address,
    ...(userData === undefined ? {} : { userData: Buffer.from(userData) }),
    failsToBoot: instance.failsToBoot,
    metadata: {
      variable: 'GCE_METADATA_HOST',
      form: 'host',
      handle: (request, response) => answerMetadata(instance, world.project, request, response),
    },
  });
}

export function startAgain(world: World, instance: Instance): void {
  if (!isThere(world, instance)) return;
  instance.status = 'RUNNING';
  instance.lastStartAt = Date.now();
  world.machines?.start(instance.machineId);
}

export async function powerOff(world: World, instance: Instance, how: 'polite' | 'power'): Promise<void> {
  await world.machines?.stop(instance.machineId, how);
  if (!isThere(world, instance)) return;
  instance.status = 'TERMINATED';
  instance.lastStopAt = Date.now();
}

/** Its disks go with it where they were to: https://cloud.google.com/compute/docs/disks/modify-persistent-disk#updateautodelete */
export async function removeInstance(world: World, instance: Instance): Promise<void> {
  await world.machines?.remove(instance.machineId);
  for (const { disk: name, autoDelete } of instance.disks) {
    const disk = world.disks.get(name);
    if (!disk) continue;
    disk.user = undefined;
    disk.lastDetachAt = Date.now();
    if (autoDelete) world.disks.delete(name);
  }
  world.instances.delete(instance.name);
  world.addresses.give(instance.address);
}
