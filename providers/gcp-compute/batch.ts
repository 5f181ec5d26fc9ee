import type { Call } from '../driver.ts';
import { DriverError } from '../errors.ts';
import type { ResourceId, WorkloadSpec } from '../spec.ts';
import type { Operation } from './answers.ts';
import { classify } from './errors.ts';
import { nativeIdOf, type Seen, seenAs } from './instances.ts';
import type { Marked } from './labels.ts';
import { launch, requestFor, told } from './launch.ts';
import { sharesOf } from './names.ts';
import { isGoing } from './observation.ts';
import type { Site } from './site.ts';

/** What is there already. Throws Conflict where it is not what is asked for. */
export async function adopted(site: Site, id: ResourceId, { signal, digest }: Call): Promise<Seen[]> {
  const { ours, foreign } = await seenAs(site, id, signal);
  if (foreign.length > 0) throw new DriverError('Conflict', `${nativeIdOf(foreign)} has the name or a part of the mark and is not ours; rename the component`);
  if (ours.some(({ mark }) => mark.digest !== digest)) throw new DriverError('Conflict', 'it was made from another spec; ask for the next generation');
  if (site.removals.has(id) || ours.some(({ instance }) => isGoing(instance)))
    throw new DriverError('Conflict', 'it is being removed; ask for the next generation');
  return ours;
}

/**
 * Starts the shares of the batch of which nothing is seen: each is made whole or not at all, so that one of which a part is seen is on its way,
 * or somebody took away the rest.
 */
export async function started(site: Site, id: ResourceId, spec: WorkloadSpec, seen: readonly Seen[], call: Call): Promise<Operation[]> {
  const there = new Set(seen.map(({ instance }) => instance.name));
  const shares = sharesOf(id, spec.replicas, site.config.zones.length).map((names, share) => ({ names, share }));
  const missing = shares.filter(({ names }) => !names.some((name) => there.has(name)));
  if (missing.length === 0) return [];
  const mark: Marked = { id, digest: call.digest, ports: spec.ports, replicas: spec.replicas };
  const request = await requestFor(site, spec, mark, call);
  // All of them are waited for: what one zone refuses says nothing of what another has begun.
  const outcomes = await Promise.allSettled(missing.map(({ names, share }) => launch(site, request, names, share, call)));
  const failed = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []));
  const worst = failed.find((error) => classify(error).code !== 'Conflict') ?? failed[0];
  if (worst !== undefined) throw told(worst, spec);
  return outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
}
