import type { Call, Owned } from '../driver.ts';
import { DriverError } from '../errors.ts';
import type { ResourceId } from '../spec.ts';
import { marked, nameOf, type Seen, seenAs } from './containers.ts';
import { isCode } from './errors.ts';
import { forget } from './isolate.ts';
import { launch, requestFor } from './launch.ts';
import { baseName } from './marks.ts';
import { observed } from './observation.ts';
import type { Site } from './site.ts';
import { markedVolumes, unlessGone, volumesOf } from './volumes.ts';

const PATIENCE_MS = 120_000;
const MAKING = 'its containers are being made';

export function dockerWorkload(site: Site): Owned<'workload'> {
  return {
    async ensure(id, spec, call) {
      const { signal, digest } = call;
      const key = baseName(id);
      const seen = await adopted(site, id, call);
      const whole = seen.length === spec.replicas && seen.every(({ it }) => it.State !== 'created');
      if (!whole) {
        const request = await requestFor(site, id, spec, digest, signal);
        const patience = AbortSignal.timeout(PATIENCE_MS);
        const launches = (): Promise<void>[] => Array.from({ length: spec.replicas }, (_, replica) => launch(site, request, replica, patience));
        await site.jobs.start(key, MAKING, signal, () => all(launches()), digest);
      }
      const observation = await observed(site, id, signal);
      return observation ?? { id, nativeId: key, phase: 'pending', detail: MAKING };
    },

    observe: (id, { signal }) => observed(site, id, signal),

    async remove(id, { signal }) {
      const { ours, foreign } = await seenAs(site, id, signal);
      const [stranger] = foreign;
      if (stranger) throw new DriverError('Denied', `${nameOf(stranger)} does not carry our whole mark; remove it by hand if it may go`);
      const key = baseName(id);
      if (site.jobs.underWay(key) === undefined && ours.length === 0 && (await volumesOf(site, id, signal)).length === 0) return;
      // What is being made is made first: then it can be seen and taken away.
      while (site.jobs.underWay(key) === MAKING) await site.jobs.settled(key, signal);
      await site.jobs.start(key, 'removing', signal, () => removeAll(site, id));
    },

    async *list(filter, { signal }) {
      const [containers, volumes] = await Promise.all([marked(site, filter, ['main'], signal), markedVolumes(site, filter, signal)]);
      const things = new Map([...containers, ...volumes].map(({ mark: { id } }) => [baseName(id), id] as const));
      for (const [nativeId, id] of things) yield { kind: 'workload', id, nativeId };
    },
  };
}

/** What is there already. Throws Conflict where it is not what is asked for. */
async function adopted(site: Site, id: ResourceId, { signal, digest }: Call): Promise<Seen[]> {
  const { ours, foreign } = await seenAs(site, id, signal);
  const key = baseName(id);
  const [stranger] = foreign;
  if (stranger) throw new DriverError('Conflict', `${nameOf(stranger)} has the name and is not ours; rename it`);
  if (ours.some(({ mark }) => mark.digest !== digest) || (site.jobs.underWay(key) === MAKING && site.jobs.digestOf(key) !== digest))
    throw new DriverError('Conflict', 'it was made from another spec; ask for the next generation');
  if (site.jobs.underWay(key) === 'removing') throw new DriverError('Conflict', 'it is being removed; ask for the next generation');
  return ours;
}

/** Looked at again, since it may have been made meanwhile. */
async function removeAll(site: Site, id: ResourceId): Promise<void> {
  const docker = await site.docker();
  const signal = AbortSignal.timeout(PATIENCE_MS);
  const { ours } = await seenAs(site, id, signal);
  await Promise.all(
    ours.map(async ({ it }) => {
      const container = docker.getContainer(it.Id);
      // A removal alone would be polite first, and wait.
      if (it.State !== 'created') await container.kill().catch((error: unknown) => ignoreUnless(isCode(error, 'Conflict') || isCode(error, 'NotFound'), error));
      await forget(site, it);
      await unlessGone(container.remove({ force: true, v: true }));
    }),
  );
  await Promise.all((await volumesOf(site, id, signal)).map(({ name }) => unlessGone(docker.getVolume(name).remove())));
}

/** Also when one fails, the others come to an end first. */
async function all(works: readonly Promise<void>[]): Promise<void> {
  const failed = (await Promise.allSettled(works)).find((each) => each.status === 'rejected');
  if (failed) throw failed.reason;
}

function ignoreUnless(expected: boolean, error: unknown): void {
  if (!expected) throw error;
}
