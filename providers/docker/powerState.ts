import { createHash } from 'node:crypto';
import type { default as Docker, ContainerInfo, ContainerInspectInfo } from 'dockerode';
import type { PowerState } from '../spec.ts';
import { ask } from './ask.ts';
import { nameOf } from './containers.ts';
import { markedBy } from './marks.ts';
import { endpointsAt, firstStarting } from './observation.ts';
import type { Site } from './site.ts';

/** Of all of them as one. */
export async function powerStateOf(site: Site, all: readonly ContainerInfo[], signal: AbortSignal): Promise<PowerState> {
  if (all.length === 0) return { power: 'absent', version: '', endpoints: {} };
  // First what is under way: what ends meanwhile is then seen as changing and not as it was.
  const working = all.flatMap((it) => workOn(site, it).map((what) => `${nameOf(it)} is ${what}`));
  const docker = await site.docker();
  const shown = await Promise.all(all.map(({ Id }) => ask(signal, () => inspected(docker, Id))));
  const known = { version: versionOf(shown), endpoints: {} };
  if (working.length > 0) return { ...known, power: 'changing', detail: working.join(', ') };
  const failure = all.map(({ Id }) => site.jobs.failure(Id)).find((each) => each !== undefined);
  const detail = failure === undefined ? {} : { detail: failure instanceof Error ? failure.message : String(failure) };
  const states = new Set(shown.map(({ State }) => (State.Running && !State.Paused ? 'running' : State.Status)));
  if ([...states].every((each) => ['exited', 'created', 'dead', 'configured'].includes(each))) return { ...known, ...detail, power: 'stopped' };
  if (states.size > 1 || !states.has('running'))
    return { ...known, power: 'changing', detail: shown.map(({ Name, State }) => `${Name.replace('/', '')} is ${State.Status}`).join(', ') };
  const fenced = shown.filter(({ NetworkSettings }) => Object.keys(NetworkSettings.Networks).length === 0);
  if (fenced.length === shown.length) return { ...known, power: 'isolated' };
  if (fenced.length > 0) return { ...known, power: 'changing', detail: `${fenced.length} of ${shown.length} containers are isolated` };
  const ours = all.flatMap((it) => {
    const mark = markedBy(it.Labels);
    return mark ? [{ it, mark }] : [];
  });
  const starting = await firstStarting(site, ours, signal);
  if (starting) return { ...known, power: 'changing', detail: `${nameOf(starting.it)} boots` };
  const hosts = shown.map(({ NetworkSettings }) => Object.values(NetworkSettings.Networks).find(({ IPAddress }) => IPAddress !== '')?.IPAddress);
  return { ...known, power: 'running', endpoints: endpointsAt(ours[0]?.mark.ports ?? {}, hosts) };
}

/** What this process does to its power at this moment. */
export function workOn({ jobs }: Site, { Id }: ContainerInfo): string[] {
  return [Id, cutOf(Id)].flatMap((key) => jobs.underWay(key) ?? []);
}

/** A cut need not wait for a stop. */
export const cutOf = (id: string): string => `${id} cut`;

async function inspected(docker: Docker, id: string): Promise<ContainerInspectInfo> {
  return docker.getContainer(id).inspect();
}

/** Moves with each start, each end and each change of networks. */
function versionOf(shown: readonly ContainerInspectInfo[]): string {
  const seen = shown.map(({ Id, State, NetworkSettings }) => [
    Id,
    State.Running,
    State.StartedAt,
    State.FinishedAt,
    Object.keys(NetworkSettings.Networks).toSorted(),
  ]);
  return createHash('sha256').update(JSON.stringify(seen)).digest('hex').slice(0, 16);
}
