import type { Power } from '../driver.ts';
import { DriverError } from '../errors.ts';
import { type Fetchable, type PowerTarget, READS_AS } from '../spec.ts';
import { fenceOff, fenceOn } from './fence.ts';
import type { Machine } from './machines.ts';
import { CHANGING, isUnderWay, powerStateOf, stateOf } from './powerState.ts';
import { order } from './restore.ts';
import { standing } from './selector.ts';
import type { Site } from './site.ts';

type Restore = Readonly<Record<string, Fetchable>>;

/**
 * Azure has no condition on starts and stops: a change by someone else between our reading and our writing is not seen. What is stopped is not
 * deallocated: it keeps its place, so that it can be started again when others find no room.
 */
export function azurePower(site: Site): Power {
  const act: Readonly<Record<PowerTarget, (all: Machine[], signal: AbortSignal, restore?: Restore) => Promise<unknown>>> = {
    async running(all, signal, restore) {
      const stopped = inState(all, 'stopped');
      await Promise.all(all.map((each) => fenceOff(site, each, signal)));
      if (restore) await order(site, stopped, restore, signal);
      await Promise.all(stopped.map(({ name }) => site.azure.startMachine(name, signal)));
    },
    stopped: (all, signal) => Promise.all(inState(all, 'running').map(({ name }) => site.azure.stopMachine(name, false, signal))),
    cut: (all, signal) => Promise.all(inState(all, 'running').map(({ name }) => site.azure.stopMachine(name, true, signal))),
    async isolated(all, signal) {
      if (inState(all, 'running').length < all.length) throw new DriverError('Conflict', 'it does not run: only what runs can be isolated');
      await Promise.all(all.map((each) => fenceOn(site, each, signal)));
    },
  };

  return {
    async read(ref, { signal }) {
      return powerStateOf(await standing(site, ref, signal), site.config);
    },

    async write(ref, to, expected, { signal }, restore) {
      const all = await standing(site, ref, signal);
      if (all.length === 0) throw new DriverError('NotFound', 'nothing stands there; check the selector');
      const before = powerStateOf(all, site.config);
      if (before.power === READS_AS[to]) return before;
      const busy = all.find((each) => !['running', 'stopped'].includes(stateOf(each)));
      if (busy && isUnderWay(all, to, site.config)) return before;
      if (busy) throw new DriverError('Unavailable', `${busy.name} is ${stateOf(busy)}: it can be written again once that is done`);
      if (before.version !== expected && expected.startsWith(CHANGING))
        throw new DriverError('Unavailable', 'its power was changing when it was read; read it again');
      if (before.version !== expected) throw new DriverError('Conflict', 'its power was changed by someone else; read it again');
      await act[to](all, signal, restore);
      return powerStateOf(await standing(site, ref, signal), site.config);
    },
  };
}

function inState(all: readonly Machine[], state: string): Machine[] {
  return all.filter((each) => stateOf(each) === state);
}
