import { goneMeanwhile } from '../failures.ts';
import { refusals } from '../refusal.ts';
import { zoneIn } from '../world.ts';
import { given, type Handler, operationMs } from './call.ts';

/** https://cloud.google.com/compute/docs/reference/rest/v1/disks/delete: not while an instance has it. */
export const deleteDisk: Handler = (call) => {
  const { world, user } = call;
  const scope = zoneIn(world, given(call, 'zone'));
  const name = `${scope}/disks/${given(call, 'disk')}`;
  const disk = world.disks.get(name);
  if (!disk) throw refusals.notFound(name);
  if (disk.user !== undefined) throw refusals.inUse(name, disk.user);
  return world.operations.start({
    type: 'delete',
    scope,
    target: name,
    targetId: disk.id,
    user,
    ms: operationMs(call),
    finish: () => (world.disks.delete(name) ? undefined : goneMeanwhile(name)),
  }).view;
};
