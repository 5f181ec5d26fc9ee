import type { Power } from '../driver.ts';
import { DriverError } from '../errors.ts';
import { type PowerRef, type PowerState, READS_AS, type ResourceId, STANDING } from '../spec.ts';
import { exists } from './json.ts';
import { files } from './layout.ts';
import { killMarked, marked } from './marked.ts';
import { connect, disconnect, isConnected } from './cable.ts';
import { lookAt } from './owned.ts';
import { replace } from './numbered.ts';
import { GRACE_SECONDS } from './order.ts';
import { currentPower, POWER, readPlan } from './plan.ts';
import type { PowerRecord } from './records.ts';
import { bootReplica, endpointsOf, killReplica, type Seen, seeReplica, stopReplica } from './replica.ts';
import type { Site } from './site.ts';

export function localPower(site: Site, installation: string): Power {
  return {
    async read(ref, { signal }) {
      signal.throwIfAborted();
      return stateOf(site, await find(site, installation, ref));
    },

    async write(ref, to, expected, { signal }, restore) {
      signal.throwIfAborted();
      const machine = await find(site, installation, ref);
      if (!machine) throw new DriverError('NotFound', 'nothing stands there: put it there with muster deploy');
      const now = await stateOf(site, machine);
      if (now.power === READS_AS[to]) return now;
      // Asked again while it is under way: after the grace it is no longer polite.
      const again = machine.power.value.want === to && now.power === 'changing';
      if (!again && now.version !== expected) throw new DriverError('Conflict', 'its power was changed by someone else: read it again');
      if (!again && to === 'running' && now.power === 'changing') throw new DriverError('Unavailable', 'it is still stopping: ask again');
      const next: PowerRecord = { want: to, since: new Date().toISOString(), ...(to === 'running' && restore && { restore }) };
      if (!again && !(await replace(machine.thing, POWER, machine.power.version, next))) {
        throw new DriverError('Conflict', 'its power was changed by someone else at the same moment: read it again');
      }
      const asked = { ...machine, power: await currentPower(machine.thing) };
      await act(site, asked);
      return stateOf(site, asked);
    },
  };
}

interface Machine {
  readonly id: ResourceId;
  readonly thing: string;
  readonly replicas: number;
  readonly power: Awaited<ReturnType<typeof currentPower>>;
}

async function find(site: Site, installation: string, ref: PowerRef): Promise<Machine | undefined> {
  const id = 'id' in ref ? ref.id : standing(installation, ref.selector);
  const place = await lookAt(site.root, 'workload', id);
  if (place.holds !== 'ours' || (await exists(files.removing(place.thing)))) return undefined;
  return { id, thing: place.thing, replicas: place.owned.replicas, power: await currentPower(place.thing) };
}

function standing(installation: string, selector: string): ResourceId {
  return { owner: { installation, run: STANDING, expires: 'never' }, role: selector, generation: 1 };
}

async function act(site: Site, { id, thing, replicas, power }: Machine): Promise<void> {
  const { want, since } = power.value;
  if (want === 'running' && site.config.network !== undefined) await connect(site, site.config.network);
  const late = Date.now() - Date.parse(since) > GRACE_SECONDS * 1000;
  for (let replica = 0; replica < replicas; replica++) {
    const seen = await seeReplica(thing, replica);
    if (want === 'running') await bootReplica(thing, replica, await readPlan(thing), power);
    else if (want === 'stopped' && !late) await stopReplica(seen);
    else if (want === 'stopped' || want === 'cut') await killReplica(seen);
  }
  if (want === 'isolated' && site.config.network !== undefined) await disconnect(site, site.config.network);
  if (want === 'cut' || (want === 'stopped' && late)) await killMarked(site.root, id);
}

async function stateOf(site: Site, machine: Machine | undefined): Promise<PowerState> {
  if (!machine) return { power: 'absent', version: '', endpoints: {} };
  const { id, thing, replicas, power } = machine;
  const { want } = power.value;
  const { network } = site.config;
  // First who lives, then what they said: what they said last is then there.
  const alive = await marked(site.root, id);
  const seen = await Promise.all(Array.from({ length: replicas }, (_, replica) => seeReplica(thing, replica)));
  const known = { version: `${power.version}`, endpoints: {} };
  const failed = seen.find((each): each is Extract<Seen, { is: 'failed' }> => each.is === 'failed');
  // Said to be off only when nothing with its mark lives: others take that for a fence.
  if (alive.length === 0) {
    return { ...known, power: 'stopped', ...(failed && want === 'running' && { detail: failed.detail }) };
  }
  if (want === 'stopped' || want === 'cut') return { ...known, power: 'changing', detail: 'it is stopping' };
  if (want === 'isolated') return { ...known, power: network !== undefined && (await isConnected(network)) ? 'changing' : 'isolated' };
  const waiting = seen.find((each) => each.is !== 'running');
  if (waiting) return { ...known, power: 'changing', detail: failed?.detail ?? (waiting.is === 'underway' ? waiting.detail : 'it is starting') };
  return { ...known, power: 'running', endpoints: endpointsOf(seen, (await readPlan(thing)).address) };
}
