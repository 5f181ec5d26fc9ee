import { z } from 'zod';
import { withoutSignatures } from '../hidden.ts';
import type { Endpoint, Observation, ResourceId } from '../spec.ts';
import { ask } from './ask.ts';
import { READY } from './boot.ts';
import { nameOf, type Seen, seenAs } from './containers.ts';
import { classify, isCode } from './errors.ts';
import { baseName } from './marks.ts';
import type { Site } from './site.ts';
import { volumesOf } from './volumes.ts';

/** What stands behind one id comes to. Undefined when nothing of it is left. */
export async function observed(site: Site, id: ResourceId, signal: AbortSignal, seen?: readonly Seen[]): Promise<Observation<'workload'> | undefined> {
  const key = baseName(id);
  const all = seen ?? (await seenAs(site, id, signal)).ours;
  const [first] = all;
  const named = { id: first?.mark.id ?? id, nativeId: key };
  const working = site.jobs.underWay(key);
  if (working === 'removing') return { ...named, phase: 'removing' };
  if (!first) {
    if (working !== undefined) return { ...named, phase: 'pending', detail: working };
    const failure = site.jobs.failure(key);
    const volumes = await volumesOf(site, id, signal);
    const [volume] = volumes;
    const left = { id: volume?.mark.id ?? id, nativeId: key };
    if (failure !== undefined) return { ...left, phase: 'failed', ...told(failure) };
    return volume && { ...left, phase: 'removing', detail: 'its volumes are still there' };
  }
  const ended = all.find(({ it }) => !['created', 'running', 'configured', 'initialized'].includes(it.State));
  if (ended && working === undefined)
    return {
      ...named,
      phase: 'failed',
      code: 'Unavailable',
      detail: `${nameOf(ended.it)} is ${ended.it.State}: ${await lastWords(site, ended.it.Id, signal)}`,
    };
  if (working !== undefined) return { ...named, phase: 'pending', detail: working };
  const failure = site.jobs.failure(key);
  if (failure !== undefined) return { ...named, phase: 'failed', ...told(failure) };
  if (all.length < first.mark.replicas) return { ...named, phase: 'pending', detail: `${all.length} of ${first.mark.replicas} containers are there` };
  const resting = all.find(({ it }) => it.State !== 'running');
  if (resting) return { ...named, phase: 'pending', detail: `${nameOf(resting.it)} is ${resting.it.State}` };
  const starting = await firstStarting(site, all, signal);
  if (starting) return { ...named, phase: 'pending', detail: `${nameOf(starting.it)} boots` };
  const hosts = all.map(({ it }) => addressOf(it));
  if (hosts.includes(undefined)) return { ...named, phase: 'pending', detail: 'a container has no address' };
  return { ...named, phase: 'ready', status: { endpoints: endpointsAt(first.mark.ports, hosts) } };
}

export function addressOf({ NetworkSettings }: Seen['it']): string | undefined {
  return Object.values(NetworkSettings?.Networks ?? {}).find(({ IPAddress }) => IPAddress !== '')?.IPAddress;
}

export function endpointsAt(ports: Readonly<Record<string, number>>, hosts: readonly (string | undefined)[]): Record<string, Endpoint[]> {
  const known = hosts.filter((host) => host !== undefined);
  return Object.fromEntries(Object.entries(ports).map(([name, port]) => [name, known.map((host) => ({ host, port }))]));
}

/** One whose program does not run yet. */
export async function firstStarting(site: Site, all: readonly Seen[], signal: AbortSignal): Promise<Seen | undefined> {
  const ready = await Promise.all(all.map(({ it }) => isReady(site, it.Id, signal)));
  return all.find((_, index) => !ready[index]);
}

const answer = z.object({ headers: z.object({ 'x-docker-container-path-stat': z.string() }) });
const stat = z.object({ size: z.number() });

/** A question of its own, and not one to the program. */
async function isReady(site: Site, id: string, signal: AbortSignal): Promise<boolean> {
  const docker = await site.docker();
  try {
    const { headers } = answer.parse(await ask(signal, () => docker.getContainer(id).infoArchive({ path: READY })));
    return stat.parse(JSON.parse(Buffer.from(headers['x-docker-container-path-stat'], 'base64').toString())).size > 0;
  } catch (error) {
    if (isCode(error, 'NotFound')) return false;
    throw error;
  }
}

/** Of the boot, not of the program: what that says may be secret. */
export async function lastWords(site: Site, id: string, signal: AbortSignal): Promise<string> {
  const docker = await site.docker();
  const text = await ask(signal, () => docker.getContainer(id).logs({ stdout: true, stderr: true, tail: 50, follow: false })).catch(() => Buffer.from(''));
  const ours = [...text.toString('utf8').matchAll(/muster: [^\n\r]*/g)].map(([line]) => line);
  return withoutSignatures(ours.at(-1) ?? 'its boot says nothing; see its log');
}

function told(failure: unknown): { code: ReturnType<typeof classify>['code']; detail: string } {
  return { code: classify(failure).code, detail: withoutSignatures(failure instanceof Error ? failure.message : String(failure)) };
}
