import type { ResourceId } from '../spec.ts';
import { classify, isNotReady } from './errors.ts';
import type { Seen } from './instances.ts';
import { isGoing } from './observation.ts';
import type { Site } from './site.ts';

/** Asks for the removal of what is there, with its disks. Compute Engine has no call for many, and refuses to be asked twice while it is at it. */
export async function erase({ gce, removals }: Site, id: ResourceId, seen: readonly Seen[], signal: AbortSignal): Promise<void> {
  const due = seen.filter(({ instance }) => removals.isDue(id, instance.name));
  const outcomes = await Promise.allSettled(
    due.map(async ({ instance }) => {
      const { zone, name } = instance;
      try {
        await gce.delete({ zone, instance: name }, signal);
      } catch (error) {
        if (classify(error).code !== 'NotFound' && !(isGoing(instance) && isNotReady(error))) {
          removals.notAsked(id, name);
          throw error;
        }
      }
      removals.wasAsked(id, name);
    }),
  );
  const failed = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failed) throw failed.reason;
}
