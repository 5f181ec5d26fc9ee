import { passedOver } from '../passedOver.ts';
import type { ErrorCode, Observation, ResourceId } from '../spec.ts';
import type { Instance } from './answers.ts';
import type { GcpComputeConfig } from './config.ts';
import { classify } from './errors.ts';
import { type Seen } from './instances.ts';
import { batchOf, sharesOf } from './names.ts';
import { failureOf, isDone } from './operations.ts';
import type { Tried } from './starts.ts';

/** For how long a start that failed is told when nothing of it stands: operations are shown for days, and then it could not be removed for so long. */
const TOLD_SECONDS = 45;

const COMING = ['PROVISIONING', 'STAGING'];
const GOING = ['STOPPING', 'PENDING_STOP', 'DEPROVISIONING', 'TERMINATED'];

export const isGoing = ({ status }: Instance): boolean => GOING.includes(status) && status !== 'TERMINATED';

/** Zones that may still bring some of what is missing, or tell why not. */
export function zonesToAsk(id: ResourceId, seen: readonly Seen[], zones: readonly string[]): ReadonlySet<string> {
  const [first] = seen;
  if (!first) return new Set(zones);
  const there = new Set(seen.map(({ instance }) => instance.name));
  const isWhole = sharesOf(id, first.mark.replicas, zones.length)
    .flat()
    .every((name) => there.has(name));
  // A share may be in whatever zone had room.
  return new Set(isWhole ? [] : zones);
}

export interface Sight {
  readonly id: ResourceId;
  readonly seen: readonly Seen[];
  readonly tried: readonly Tried[];
  readonly isRemoving: boolean;
}

/** What a batch of instances comes to. Undefined when nothing of it is there or on its way. */
export function observationOf(
  { id, seen, tried, isRemoving }: Sight,
  { address, zones }: GcpComputeConfig,
  now = Date.now(),
): Observation<'workload'> | undefined {
  const [first] = seen;
  const all = seen.map(({ instance }) => instance);
  const isComing = tried.some(({ operation }) => !isDone(operation));
  if (isRemoving) return first || isComing ? { id: first?.mark.id ?? id, nativeId: batchOf(id), phase: 'removing' } : undefined;
  const failure = failureIn(tried, zones, first === undefined ? now : undefined);
  const named = { id: first?.mark.id ?? id, nativeId: batchOf(id) };
  if (failure && !isComing) return { ...named, phase: 'failed', ...failure };
  if (!first) return isComing ? { ...named, phase: 'pending', detail: 'its instances are being made' } : undefined;
  const { replicas, ports } = first.mark;
  const going = all.filter(isGoing);
  if (all.length - going.length === 0) return { ...named, phase: 'removing' };
  if (all.length < replicas)
    return isComing
      ? { ...named, phase: 'pending', detail: `${all.length} of ${replicas} instances are seen` }
      : { ...named, phase: 'failed', code: 'Unavailable', detail: `${replicas - all.length} of ${replicas} instances are gone: somebody removed them` };
  const resting = all.find(({ status }) => status !== 'RUNNING');
  if (resting)
    return {
      ...named,
      phase: 'pending',
      detail: `${resting.name} is ${resting.status}${COMING.includes(resting.status) ? '' : ` ${resting.statusMessage ?? ''}`.trimEnd()}`,
    };
  const hosts = all.map((each) => hostOf(each, address));
  if (hosts.includes(undefined)) return { ...named, phase: 'pending', detail: `an instance has no ${address} address` };
  const known = hosts.filter((host) => host !== undefined);
  const endpoints = Object.fromEntries(Object.entries(ports).map(([name, port]) => [name, known.map((host) => ({ host, port }))] as const));
  const notes = passedOver(
    seen.map(({ mark: { step = 0 }, instance: { zone, machineType = '' } }) => ({ step, places: zones.length, place: zone, size: machineType })),
  );
  return { ...named, phase: 'ready', status: { endpoints }, ...(notes.length > 0 && { notes }) };
}

export function hostOf({ networkInterfaces: [first] }: Instance, address: GcpComputeConfig['address']): string | undefined {
  return address === 'public' ? first?.accessConfigs[0]?.natIP : first?.networkIP;
}

/** Of a share whose last try failed. `now` leaves out what is long ago. */
function failureIn(tried: readonly Tried[], zones: readonly string[], now: number | undefined): { code: ErrorCode; detail: string } | undefined {
  for (const [share] of zones.entries()) {
    const last = tried.findLast((each) => each.share === share);
    const failure = last && failureOf(last.operation);
    if (!failure) continue;
    const ended = Date.parse(last.operation.endTime ?? '');
    if (now !== undefined && now - ended > TOLD_SECONDS * 1000) continue;
    return { code: classify(failure).code, detail: `its instances in ${last.operation.zone ?? 'a zone'} could not be made: ${failure.message}` };
  }
  return undefined;
}
