import type { Endpoint, ErrorCode, Observation, ResourceId } from '../spec.ts';
import { codeOf } from './errors.ts';
import { isGoing, isRunning, nativeIdOf } from './instance.ts';
import { addressOf, type Seen, seenAs } from './instances.ts';
import { isNamed } from './names.ts';
import { concerns, operations, type Operations } from './operations.ts';
import type { Site } from './site.ts';

/** What the containers of one id come to. Undefined when nothing of it is left. */
export async function observed(site: Site, id: ResourceId, signal: AbortSignal, seen?: readonly Seen[]): Promise<Observation<'workload'> | undefined> {
  const all = seen ?? (await seenAs(site, id, signal)).ours;
  const [first] = all;
  if (first && isWhole(all) && all.every(({ it }) => isRunning(it) && !isGoing(it))) return running(site, all, signal);
  const now = await operations(site.read, signal);
  // What was at rest a moment ago may have ended its work before we asked for it.
  const again = first ? (await seenAs(site, id, signal)).ours : all;
  if (again[0] && isWhole(again) && again.every(({ it }) => isRunning(it) && !isGoing(it))) return running(site, again, signal);
  return unfinished(id, again, now);
}

function isWhole(all: readonly Seen[]): boolean {
  return all.length === all[0]?.mark.replicas;
}

async function running(site: Site, all: readonly Seen[], signal: AbortSignal): Promise<Observation<'workload'> | undefined> {
  const [first] = all;
  if (!first) return undefined;
  const named = { id: first.mark.id, nativeId: nativeIdOf(all.map(({ it }) => it.name)) };
  const hosts = await Promise.all(all.map(({ it }) => addressOf(site, it, signal)));
  const without = all[hosts.indexOf(undefined)];
  if (without) return { ...named, phase: 'pending', detail: `${without.it.name} has no address` };
  return { ...named, phase: 'ready', status: { endpoints: endpointsAt(first.mark.ports, hosts) } };
}

export function endpointsAt(ports: Readonly<Record<string, number>>, hosts: readonly (string | undefined)[]): Record<string, Endpoint[]> {
  const known = hosts.filter((host) => host !== undefined);
  return Object.fromEntries(Object.entries(ports).map(([name, port]) => [name, known.map((host) => ({ host, port }))]));
}

function unfinished(id: ResourceId, all: readonly Seen[], { running: busy, failed }: Operations): Observation<'workload'> | undefined {
  const [first] = all;
  const failure = creationFailure(id, all, failed);
  const names = all.map(({ it }) => it.name);
  if (!first) return failure && { id, nativeId: '', phase: 'failed', ...failure };
  const named = { id: first.mark.id, nativeId: nativeIdOf(names) };
  const kept = all.filter(({ it }) => !isGoing(it));
  if (kept.length === 0) return { ...named, phase: 'removing' };
  const working = busy.find((each) => names.some((name) => concerns(each, name)));
  if (working) return { ...named, phase: 'pending', detail: working.description };
  const resting = kept.find(({ it }) => !isRunning(it))?.it;
  if (resting) {
    const why = failed.find((each) => concerns(each, resting.name))?.err;
    return { ...named, phase: 'failed', code: 'Unavailable', detail: `${resting.name} is ${resting.status}${why ? `: ${why}` : ''}; see its log` };
  }
  if (failure) return { ...named, phase: 'failed', ...failure };
  return { ...named, phase: 'pending', detail: `${kept.length} of ${first.mark.replicas} containers are seen` };
}

/** Why one was not made. Two who make the same at once are no failure: one of them is told that the other is at it. */
function creationFailure(id: ResourceId, all: readonly Seen[], failed: Operations['failed']): { code: ErrorCode; detail: string } | undefined {
  const found = failed.find(
    ({ description, resources, err }) =>
      description === 'Creating instance' && !isRace(err) && namesIn(resources).some((name) => isNamed(id, name) && !all.some(({ it }) => it.name === name)),
  );
  return found && { code: codeOf(found.status_code, found.err), detail: found.err };
}

export function isRace(text: string): boolean {
  return /is busy running|already exists/.test(text);
}

function namesIn(resources: Operations['failed'][number]['resources']): string[] {
  return Object.values(resources ?? {}).flatMap((paths) => paths.flatMap((path) => path.split('/')[3] ?? []));
}
