import { createHash } from 'node:crypto';
import type { Instance } from '@aws-sdk/client-ec2';
import type { PowerState } from '../spec.ts';
import type { AwsEc2Config } from './config.ts';
import { groupsOf } from './fence.ts';
import { idOf, stateOf } from './instances.ts';
import { hostOf } from './observation.ts';
import { markedBy } from './tags.ts';

/** Of all of them as one. They are isolated when each runs in the fence and in nothing else. */
export function powerStateOf(all: readonly Instance[], { fence, address }: AwsEc2Config): PowerState {
  if (all.length === 0) return { power: 'absent', version: '', endpoints: {} };
  const version = versionOf(all);
  const odd = all.find((each) => stateOf(each) !== stateOf(all[0] ?? each));
  const state = odd ? 'mixed' : stateOf(all[0] ?? {});
  if (state === 'stopped') return { power: 'stopped', version, endpoints: {} };
  if (state !== 'running') return { power: 'changing', version, endpoints: {}, detail: all.map((each) => `${idOf(each)} is ${stateOf(each)}`).join(', ') };
  const fenced = all.filter((each) => fence !== undefined && groupsOf(each).join() === fence);
  if (fenced.length === all.length) return { power: 'isolated', version, endpoints: {} };
  if (fenced.length > 0) return { power: 'changing', version, endpoints: {}, detail: `${fenced.length} of ${all.length} instances are isolated` };
  return { power: 'running', version, endpoints: endpointsOf(all, address) };
}

/** Moves with each start (launch time), each stop (reason) and each change of groups. */
function versionOf(all: readonly Instance[]): string {
  const seen = all.map((each) => [idOf(each), stateOf(each), each.LaunchTime?.toISOString(), each.StateTransitionReason, groupsOf(each)]);
  return createHash('sha256').update(JSON.stringify(seen)).digest('hex').slice(0, 16);
}

/** Ports are known of what Muster has put there. */
function endpointsOf(all: readonly Instance[], address: AwsEc2Config['address']): PowerState['endpoints'] {
  const ports = all.map((each) => markedBy(each)?.ports ?? {})[0] ?? {};
  const hosts = all.flatMap((each) => hostOf(each, address) ?? []);
  return Object.fromEntries(Object.entries(ports).map(([name, port]) => [name, hosts.map((host) => ({ host, port }))] as const));
}
