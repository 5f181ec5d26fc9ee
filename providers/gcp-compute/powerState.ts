import { createHash } from 'node:crypto';
import type { PowerState } from '../spec.ts';
import type { Instance, Operation } from './answers.ts';
import type { GcpComputeConfig } from './config.ts';
import { isFenced } from './fence.ts';
import { markedBy } from './labels.ts';
import { hostOf } from './observation.ts';

/** What stands, and what is under way for it. */
export interface Standing {
  readonly all: readonly Instance[];
  readonly busy: readonly Operation[];
}

/** How the versions of states begin that move without anybody's doing. */
export const CHANGING = 'changing-';

/** Of all of them as one. They are isolated when each runs in the fence and in nothing else. */
export function powerStateOf({ all, busy }: Standing, { fence, address }: GcpComputeConfig): PowerState {
  const [first] = all;
  if (!first) return { power: 'absent', version: '', endpoints: {} };
  const version = versionOf(all);
  const changing = (detail: string): PowerState => ({ power: 'changing', version: `${CHANGING}${version}`, endpoints: {}, detail });
  const [under] = busy;
  if (under) return changing(`${under.operationType ?? 'a change'} of ${under.targetLink?.split('/').at(-1) ?? 'it'} is under way`);
  const state = all.every(({ status }) => status === first.status) ? first.status : 'mixed';
  if (state === 'TERMINATED') return { power: 'stopped', version, endpoints: {} };
  if (state !== 'RUNNING') return changing(all.map(({ name, status }) => `${name} is ${status}`).join(', '));
  const fenced = all.filter((each) => isFenced(each, fence));
  if (fenced.length === all.length) return { power: 'isolated', version, endpoints: {} };
  if (fenced.length > 0) return changing(`${fenced.length} of ${all.length} instances are isolated`);
  return { power: 'running', version, endpoints: endpointsOf(all, address) };
}

/** Moves with each start, each stop and each change of network tags. */
function versionOf(all: readonly Instance[]): string {
  const seen = all.map(({ zone, name, id, status, lastStartTimestamp, lastStopTimestamp, tags }) => [
    zone,
    name,
    id,
    status,
    lastStartTimestamp,
    lastStopTimestamp,
    tags.fingerprint,
    tags.items.toSorted(),
  ]);
  return createHash('sha256').update(JSON.stringify(seen)).digest('hex').slice(0, 16);
}

/** Ports are known of what Muster has put there. */
function endpointsOf(all: readonly Instance[], address: GcpComputeConfig['address']): PowerState['endpoints'] {
  const ports = all.map((each) => markedBy(each)?.ports ?? {})[0] ?? {};
  const hosts = all.flatMap((each) => hostOf(each, address) ?? []);
  return Object.fromEntries(Object.entries(ports).map(([name, port]) => [name, hosts.map((host) => ({ host, port }))] as const));
}
