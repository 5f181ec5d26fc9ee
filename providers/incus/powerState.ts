import { createHash } from 'node:crypto';
import type { PowerState } from '../spec.ts';
import { type Instance, isRunning } from './instance.ts';
import { addressOf } from './instances.ts';
import { isIsolated } from './isolate.ts';
import { markedBy } from './marks.ts';
import { endpointsAt } from './observation.ts';
import { concerns, type Operations } from './operations.ts';
import type { Site } from './site.ts';

/** Ends the detail of what runs and is not in its network yet. */
export const NO_ADDRESS = ' has no address';

/** Of all of them as one. `operations` were asked for before the containers: what had ended by then shows on them. */
export async function powerStateOf(site: Site, all: readonly Instance[], { running, failed }: Operations, signal: AbortSignal): Promise<PowerState> {
  if (all.length === 0) return { power: 'absent', version: '', endpoints: {} };
  const version = versionOf(all);
  const changing = (detail: string): PowerState => ({ power: 'changing', version, endpoints: {}, detail });
  const working = running.find((each) => all.some(({ name }) => concerns(each, name)));
  if (working) return changing(working.description);
  if (all.every(({ status }) => status === 'Stopped')) {
    const why = failed.find(({ err, ...rest }) => err !== '' && all.some(({ name }) => concerns({ err, ...rest }, name)));
    return { power: 'stopped', version, endpoints: {}, ...(why && { detail: `${why.description} failed: ${why.err}` }) };
  }
  if (!all.every(isRunning)) return changing(all.map(({ name, status }) => `${name} is ${status}`).join(', '));
  const isolated = all.filter(isIsolated);
  if (isolated.length === all.length) return { power: 'isolated', version, endpoints: {} };
  if (isolated.length > 0) return changing(`${isolated.length} of ${all.length} containers are isolated`);
  const ports = all.map(({ config }) => markedBy(config)?.ports ?? {})[0] ?? {};
  if (Object.keys(ports).length === 0) return { power: 'running', version, endpoints: {} };
  const hosts = await Promise.all(all.map((each) => addressOf(site, each, signal)));
  const without = all[hosts.indexOf(undefined)];
  if (without) return changing(`${without.name}${NO_ADDRESS}`);
  return { power: 'running', version, endpoints: endpointsAt(ports, hosts) };
}

/** Moves with each start, each stop, and each interface that is taken or given (the host's end of it is a new one each time). */
function versionOf(all: readonly Instance[]): string {
  const seen = all.map(({ name, created_at: created, status, last_used_at: used, devices, config }) => [
    name,
    created,
    status,
    used,
    Object.entries(devices).toSorted(([a], [b]) => (a < b ? -1 : 1)),
    Object.entries(config)
      .filter(([key]) => /^volatile\..*\.host_name$/.test(key))
      .toSorted(([a], [b]) => (a < b ? -1 : 1)),
  ]);
  return createHash('sha256').update(JSON.stringify(seen)).digest('hex').slice(0, 16);
}
