import { createHash } from 'node:crypto';
import type { PowerState, PowerTarget } from '../spec.ts';
import type { AzureVmConfig } from './config.ts';
import { groupsOf, isFenced, isMarkedFenced } from './fence.ts';
import type { Machine } from './machines.ts';

/** Stopped from inside or by us, and given back to Azure: off both. */
const OFF = new Set(['stopped', 'deallocated']);

/** How the versions of states begin that will move without anybody's doing. */
export const CHANGING = 'changing-';

/** Of all of them as one. They are isolated when each interface of each has the fence. */
export function powerStateOf(all: readonly Machine[], { fence }: Pick<AzureVmConfig, 'fence'>): PowerState {
  if (all.length === 0) return { power: 'absent', version: '', endpoints: {} };
  const version = versionOf(all);
  const changing = { power: 'changing', version: `${CHANGING}${version}`, endpoints: {} } as const;
  const states = new Set(all.map(stateOf));
  const [state = ''] = states;
  if (states.size > 1 || !['running', 'stopped'].includes(state))
    return { ...changing, detail: all.map((each) => `${each.name} is ${stateOf(each)}`).join(', ') };
  if (state === 'stopped') return { power: 'stopped', version, endpoints: {} };
  const fenced = all.filter((each) => isFenced(each, fence));
  if (fenced.length === all.length) return { power: 'isolated', version, endpoints: {} };
  if (fenced.length > 0) return { ...changing, detail: `${fenced.length} of ${all.length} machines are isolated` };
  return { power: 'running', version, endpoints: endpointsOf(all) };
}

/** `running`, `stopped`, or what is going on. */
export function stateOf({ power, model, nics }: Machine): string {
  const { provisioningState = '' } = model;
  if (['Creating', 'Updating'].includes(provisioningState)) return provisioningState.toLowerCase();
  if (nics.some((nic) => nic.provisioningState === 'Updating')) return 'having its network changed';
  return OFF.has(power) ? 'stopped' : power || 'not told';
}

/** Whether all of them are there or on the way, so that there is nothing to be started. */
export function isUnderWay(all: readonly Machine[], to: PowerTarget, { fence }: Pick<AzureVmConfig, 'fence'>): boolean {
  const powers: Readonly<Record<PowerTarget, (machine: Machine) => boolean>> = {
    running: (machine) => ['starting', 'running'].includes(machine.power) && !isMarkedFenced(machine),
    stopped: ({ power }) => ['stopping', 'deallocating'].includes(power) || OFF.has(power),
    cut: ({ power }) => ['stopping', 'deallocating'].includes(power) || OFF.has(power),
    isolated: (machine) => machine.power === 'running' && isFenced(machine, fence),
  };
  return all.every(powers[to]);
}

/** Moves with each operation on a machine and each change of an interface. */
function versionOf(all: readonly Machine[]): string {
  const seen = all.map((each) => [each.name, stateOf(each), each.changedAt, groupsOf(each), each.nics.map(({ etag }) => etag)]);
  return createHash('sha256').update(JSON.stringify(seen)).digest('hex').slice(0, 16);
}

/** Ports are known of what Muster has put there. */
function endpointsOf(all: readonly Machine[]): PowerState['endpoints'] {
  const ports = all[0]?.mark?.ports ?? {};
  const hosts = all.flatMap(({ host }) => host ?? []);
  return Object.fromEntries(Object.entries(ports).map(([name, port]) => [name, hosts.map((host) => ({ host, port }))] as const));
}
