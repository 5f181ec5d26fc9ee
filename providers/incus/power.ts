import type { Power } from '../driver.ts';
import { DriverError } from '../errors.ts';
import { type Fetchable, type PowerRef, type PowerState, type PowerTarget, READS_AS } from '../spec.ts';
import { pathOf } from './client.ts';
import { type Instance, isRunning } from './instance.ts';
import { giveBack, isolate } from './isolate.ts';
import { operations } from './operations.ts';
import { NO_ADDRESS, powerStateOf } from './powerState.ts';
import { orderRestore } from './restore.ts';
import { standing } from './selector.ts';
import type { Site } from './site.ts';

/** Seconds that a container has to shut down. One that does not is as it was. */
const POLITE_SECONDS = 60;

export function incusPower(site: Site): Power {
  const look = async (ref: PowerRef, signal: AbortSignal): Promise<{ all: Instance[]; state: PowerState }> => {
    const now = await operations(site.read, signal);
    const all = await standing(site, ref, signal);
    return { all, state: await powerStateOf(site, all, now, signal) };
  };
  const put = ({ name }: Instance, body: object, signal: AbortSignal) => site.write.ask('PUT', pathOf('instances', name, 'state'), signal, { body });
  type Restore = Readonly<Record<string, Fetchable>> | undefined;
  const act: Readonly<Record<PowerTarget, (all: Instance[], signal: AbortSignal, restore: Restore) => Promise<unknown>>> = {
    async running(all, signal, restore) {
      const stopped = all.filter((each) => !isRunning(each));
      for (const each of stopped) await orderRestore(site, each, restore, signal);
      for (const each of all) await giveBack(site, each, signal);
      await Promise.all(stopped.map((each) => put(each, { action: 'start' }, signal)));
    },
    stopped: (all, signal) => Promise.all(all.filter(isRunning).map((each) => put(each, { action: 'stop', timeout: POLITE_SECONDS }, signal))),
    cut: (all, signal) => Promise.all(all.filter(isRunning).map((each) => put(each, { action: 'stop', force: true, timeout: 0 }, signal))),
    async isolated(all, signal) {
      if (!all.every(isRunning)) throw new DriverError('Conflict', 'it does not run: only what runs can be isolated');
      for (const each of all) await isolate(site, each, signal);
    },
  };

  return {
    async read(ref, { signal }) {
      return (await look(ref, signal)).state;
    },

    async write(ref, to, expected, { signal }, restore) {
      const { all, state: before } = await look(ref, signal);
      if (all.length === 0) throw new DriverError('NotFound', 'nothing stands there; check the selector');
      if (before.power === READS_AS[to]) return before;
      if (isOnItsWay(before, to)) return before;
      if (before.version !== expected) throw new DriverError('Conflict', 'its power was changed by someone else; read it again');
      if (before.power === 'changing')
        throw new DriverError('Unavailable', `${before.detail ?? 'its power is changing'}: it can be written again once that is done`);
      await act[to](all, signal, restore);
      return (await look(ref, signal)).state;
    },
  };
}

/** What is asked for is being done. Incus itself gives a polite stop up after its time, and then it can be asked for again. */
function isOnItsWay({ power, detail }: PowerState, to: PowerTarget): boolean {
  if (power !== 'changing') return false;
  return to === 'running' ? detail === 'Starting instance' || detail?.endsWith(NO_ADDRESS) === true : to !== 'isolated' && detail === 'Stopping instance';
}
