import { setTimeout as sleep } from 'node:timers/promises';
import type { Call, Owned } from '../driver.ts';
import { DriverError } from '../errors.ts';
import { matches } from '../marks.ts';
import type { ResourceId, WorkloadSpec } from '../spec.ts';
import { classify } from './errors.ts';
import { isGoing, nativeIdOf } from './instance.ts';
import { instances, type Seen, seenAs } from './instances.ts';
import { launch, requestFor } from './launch.ts';
import { hashOfInstallation, KEY, markedBy } from './marks.ts';
import { baseName } from './names.ts';
import { isRace, observed } from './observation.ts';
import { operations } from './operations.ts';
import { removeAll } from './remove.ts';
import type { Site } from './site.ts';

/** Incus writes a container down a moment after it has answered. For so long it is looked for at most, so that it can be listed at once. */
const WRITTEN_DOWN_MS = 3000;
const LOOK_MS = 25;

export function incusWorkload(site: Site): Owned<'workload'> {
  return {
    async ensure(id, spec, call) {
      const seen = await adopted(site, id, call);
      const all = seen.length === spec.replicas ? seen : await started(site, id, spec, seen, call);
      const observation = await observed(site, id, call.signal, all);
      const names = Array.from({ length: spec.replicas }, (_, replica) => `${baseName(id)}-${replica}`);
      return observation ?? { id, nativeId: nativeIdOf(names), phase: 'pending', detail: 'its containers are being made' };
    },

    observe: (id, { signal }) => observed(site, id, signal),

    async remove(id, { signal }) {
      const { foreign } = await seenAs(site, id, signal);
      if (foreign.length > 0) {
        const names = nativeIdOf(foreign.map(({ name }) => name));
        throw new DriverError('Denied', `${names} does not carry our whole mark; remove it by hand if it may go`);
      }
      await removeAll(site, id, signal);
    },

    async *list(filter, { signal }) {
      const things = new Map<string, Seen[]>();
      for (const it of await instances(site, `config.${KEY.of} eq ${hashOfInstallation(filter.installation)}`, signal)) {
        const mark = markedBy(it.config);
        if (!mark || !matches(filter, mark.id)) continue;
        const key = JSON.stringify([mark.id.owner.run, mark.id.role, mark.id.generation]);
        things.set(key, [...(things.get(key) ?? []), { it, mark }]);
      }
      for (const [first, ...rest] of things.values())
        if (first) yield { kind: 'workload', id: first.mark.id, nativeId: nativeIdOf([first, ...rest].map(({ it }) => it.name)) };
    },
  };
}

/** What is there already. Throws Conflict where it is not what is asked for. */
async function adopted(site: Site, id: ResourceId, { signal, digest }: Call): Promise<Seen[]> {
  const { ours, foreign } = await seenAs(site, id, signal);
  if (foreign.length > 0)
    throw new DriverError('Conflict', `${nativeIdOf(foreign.map(({ name }) => name))} has the name or a part of our mark and is not ours; rename it`);
  if (ours.some(({ mark }) => mark.digest !== digest)) throw new DriverError('Conflict', 'it was made from another spec; ask for the next generation');
  if (ours.some(({ it }) => isGoing(it))) throw new DriverError('Conflict', 'it is being removed; ask for the next generation');
  return ours;
}

/** Starts the replicas that are not there yet, and returns what is then seen. */
async function started(site: Site, id: ResourceId, spec: WorkloadSpec, seen: readonly Seen[], call: Call): Promise<Seen[]> {
  const { signal, digest } = call;
  const request = await requestFor(site, spec, signal);
  const missing = Array.from({ length: spec.replicas }, (_, replica) => replica).filter((replica) => !seen.some(({ mark }) => mark.replica === replica));
  const started = await Promise.all(
    missing.map((replica) =>
      launch(site, request, { id, digest, ports: spec.ports, replicas: spec.replicas, replica }, signal).catch((error: unknown) => {
        // Someone else makes it at this moment.
        if (classify(error).code === 'Conflict') return undefined;
        throw error;
      }),
    ),
  );
  for (const end = performance.now() + WRITTEN_DOWN_MS; ; await sleep(LOOK_MS, undefined, { signal })) {
    const all = await adopted(site, id, call);
    if (all.length === spec.replicas) return all;
    const failure = (await operations(site.read, signal)).failed.find((each) => started.includes(each.id) && !isRace(each.err));
    // `observed` tells it with its code.
    if (failure || performance.now() > end) return all;
  }
}
