import { passedOver } from '../passedOver.ts';
import type { Observation } from '../spec.ts';
import { codeNamed } from './errors.ts';
import { isBeingRemoved, nativeIdOf } from './machines.ts';
import { latest, type Ours } from './seen.ts';

/** What a batch of machines comes to, where each had so many places to be tried in. Undefined when there is none. */
export function observationOf(ours: readonly Ours[], places = 1): Observation<'workload'> | undefined {
  const kept = latest(ours);
  const [first] = kept;
  if (!first) return undefined;
  const { id, replicas, ports } = first.mark;
  const named = { id, nativeId: nativeIdOf(kept.map(({ name }) => name)) };
  if (kept.every(isBeingRemoved)) return { ...named, phase: 'removing' };
  const failed = kept.find(({ failure }) => failure);
  if (failed?.failure) {
    const { code, message } = failed.failure;
    return { ...named, phase: 'failed', code: codeNamed(code, message) ?? 'Unavailable', detail: `${failed.name} ${whereOf(failed)}: ${code} ${message}` };
  }
  if (kept.length < replicas) return { ...named, phase: 'pending', detail: `${kept.length} of ${replicas} machines are seen` };
  const resting = kept.find(({ model, power }) => model.provisioningState !== 'Succeeded' || power !== 'running');
  if (resting) return { ...named, phase: 'pending', detail: `${resting.name} is ${[resting.model.provisioningState, resting.power].join(' ').trim()}` };
  const hosts = kept.flatMap(({ host }) => host ?? []);
  if (hosts.length < kept.length) return { ...named, phase: 'pending', detail: 'a machine has no address of the kind that the site tells' };
  const endpoints = Object.fromEntries(Object.entries(ports).map(([name, port]) => [name, hosts.map((host) => ({ host, port }))] as const));
  const notes = passedOver(
    kept.map(({ mark: { attempt }, model: { zones = [], hardwareProfile, location } }) => ({
      step: attempt,
      places,
      place: zones.length > 0 ? `zone ${zones.join()}` : location,
      size: hardwareProfile?.vmSize ?? '',
    })),
  );
  return { ...named, phase: 'ready', status: { endpoints }, ...(notes.length > 0 && { notes }) };
}

function whereOf({ model: { zones = [] } }: Ours): string {
  return zones.length > 0 ? `in zone ${zones.join()}` : 'could not be started';
}
