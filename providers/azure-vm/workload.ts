import type { Call, Owned } from '../driver.ts';
import { DriverError } from '../errors.ts';
import { matches } from '../marks.ts';
import type { ResourceId, WorkloadSpec } from '../spec.ts';
import { classify, codeNamed } from './errors.ts';
import { attemptsAt, launch, placesAt, type Request, requestFor } from './launch.ts';
import { leftoversOf, namesOf, removeLeftovers, unlessGone } from './leftovers.ts';
import { collected, isBeingRemoved, nativeIdOf, survey } from './machines.ts';
import { machineName, type Place } from './names.ts';
import { observationOf } from './observation.ts';
import { latest, type Ours, seenAs } from './seen.ts';
import type { Site } from './site.ts';
import { type Marked, markedBy } from './tags.ts';

/** What failed for want of room so soon after it was made, and shows no power, never ran and holds nothing. */
const NEVER_RAN_SECONDS = 20 * 60;

export function azureWorkload(site: Site): Owned<'workload'> {
  return {
    async ensure(id, spec, call) {
      const there = await adopted(site, id, call);
      // Asked for only where something is missing: it takes the catalogue.
      const request = isMissing(spec, there) ? await requestFor(site, spec, call) : undefined;
      const due = request ? dueOf(site, spec, there, request) : [];
      const started = request && due.length > 0 ? await startAll(site, id, spec, due, request, call) : [];
      const kept = latest(there).filter(({ mark }) => !due.some(({ replica }) => replica === mark.replica));
      const names = [...kept.map(({ name }) => name), ...started];
      const passedOver = there.filter((each) => !names.includes(each.name) && !isBeingRemoved(each));
      await Promise.all(passedOver.map(({ name }) => unlessGone(site.azure.removeMachine(name, call.signal))));
      const seen = due.length === 0 ? observationOf(kept, placesAt(site)) : undefined;
      return seen ?? { id, nativeId: nativeIdOf(names), phase: 'pending', detail: `${started.length} of ${spec.replicas} machines are being started` };
    },

    async observe(id, { signal }) {
      const { machines, nics } = await survey(site, signal);
      const { ours } = seenAs(id, machines);
      const seen = observationOf(ours, placesAt(site));
      if (seen) return seen;
      const names = namesOf(await leftoversOf(site, id, nics, signal));
      return names.length === 0 ? undefined : { id, nativeId: nativeIdOf(names), phase: 'removing', detail: `left of it: ${nativeIdOf(names)}` };
    },

    async remove(id, { signal }) {
      const { machines, nics } = await survey(site, signal);
      const { ours, foreign } = seenAs(id, machines);
      if (foreign.length > 0)
        throw new DriverError('Denied', `${nativeIdOf(foreign.map(({ name }) => name))} does not carry our whole mark; remove it by hand if it may go`);
      await Promise.all(ours.filter((each) => !isBeingRemoved(each)).map(({ name }) => unlessGone(site.azure.removeMachine(name, signal))));
      // Azure removes with a machine what belongs to it; what stands alone was never joined to one.
      if (ours.length === 0) await removeLeftovers(site, await leftoversOf(site, id, nics, signal), signal);
    },

    async *list(filter, { signal }) {
      const [{ machines, nics }, addresses, disks] = await Promise.all([
        survey(site, signal),
        collected(site.azure.addresses(signal)),
        collected(site.azure.disks(signal)),
      ]);
      const things = new Map<string, { readonly id: ResourceId; readonly machines: string[]; readonly rest: string[] }>();
      const note = (mark: Marked | undefined, machine: string[], rest: string[]): void => {
        if (!mark || !matches(filter, mark.id)) return;
        const key = JSON.stringify([mark.id.owner.run, mark.id.role, mark.id.generation]);
        const known = things.get(key) ?? { id: mark.id, machines: [], rest: [] };
        things.set(key, { id: known.id, machines: [...known.machines, ...machine], rest: [...known.rest, ...rest] });
      };
      for (const { mark, name } of machines) note(mark, [name], []);
      for (const { tags, name = '' } of [...nics, ...addresses, ...disks]) note(markedBy(tags), [], [name]);
      for (const { id, machines: names, rest } of things.values()) yield { kind: 'workload', id, nativeId: nativeIdOf(names.length > 0 ? names : rest) };
    },
  };
}

/** What is there already. Throws Conflict where it is not what is asked for. */
async function adopted(site: Site, id: ResourceId, { signal, digest }: Call): Promise<Ours[]> {
  const { ours, foreign } = seenAs(id, (await survey(site, signal)).machines);
  if (foreign.length > 0)
    throw new DriverError(
      'Conflict',
      `${nativeIdOf(foreign.map(({ name }) => name))} carries our name or part of our mark and is not ours; rename the component`,
    );
  if (ours.some(({ mark }) => mark.digest !== digest)) throw new DriverError('Conflict', 'it was made from another spec; ask for the next generation');
  if (latest(ours).some(isBeingRemoved)) throw new DriverError('Conflict', 'it is being removed; ask for the next generation');
  return ours;
}

function isMissing({ replicas }: WorkloadSpec, there: readonly Ours[]): boolean {
  const known = latest(there);
  return known.length < replicas || known.some(foundNoRoom);
}

/** Replicas that are not there, and those that found no room where another zone or size is left to try. */
function dueOf(site: Site, { replicas }: WorkloadSpec, there: readonly Ours[], request: Request): Place[] {
  const known = new Map(latest(there).map((each) => [each.mark.replica, each]));
  return Array.from({ length: replicas }, (_, replica) => replica).flatMap((replica) => {
    const found = known.get(replica);
    if (!found) return [{ replica, attempt: 0 }];
    const attempt = found.mark.attempt + 1;
    return foundNoRoom(found) && attempt < attemptsAt(site, request) ? [{ replica, attempt }] : [];
  });
}

function foundNoRoom({ failure, power, model: { timeCreated } }: Ours): boolean {
  if (!failure?.at || !timeCreated || power !== '' || codeNamed(failure.code, failure.message) !== 'Capacity') return false;
  return failure.at.getTime() - timeCreated.getTime() < NEVER_RAN_SECONDS * 1000;
}

/** Their names. */
async function startAll(site: Site, id: ResourceId, spec: WorkloadSpec, due: readonly Place[], request: Request, call: Call): Promise<string[]> {
  const outcomes = await Promise.allSettled(
    due.map(async ({ replica, attempt }) => {
      const mark: Marked = { id, digest: call.digest, ports: spec.ports, replicas: spec.replicas, replica, attempt };
      return machineName(id, { replica, attempt: await launch(site, request, mark, call.signal) });
    }),
  );
  const errors = outcomes.flatMap((each) => (each.status === 'rejected' ? [each.reason] : []));
  const [error = undefined] = errors.filter((each) => classify(each).code !== 'Conflict');
  if (error !== undefined) throw error;
  if (errors.length === 0) return outcomes.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
  // Another made them at this moment, and a name is given once: they are ours if they are what is asked for.
  const there = latest(await adopted(site, id, call));
  return due.map(({ replica }) => {
    const found = there.find(({ mark }) => mark.replica === replica);
    if (!found) throw errors[0];
    return found.name;
  });
}
