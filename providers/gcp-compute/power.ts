import type { Power } from '../driver.ts';
import { DriverError } from '../errors.ts';
import { type Fetchable, type PowerRef, type PowerTarget, READS_AS } from '../spec.ts';
import type { Instance, Operation } from './answers.ts';
import { fenceOff, fenceOn } from './fence.ts';
import { failureOf } from './operations.ts';
import { hasOrder, orderRestore } from './order.ts';
import { CHANGING, powerStateOf, type Standing } from './powerState.ts';
import { standing } from './selector.ts';
import type { Site } from './site.ts';
import { isOnTheWay, underWay } from './underWay.ts';

const AT_REST = ['RUNNING', 'TERMINATED'];

type Act = (all: readonly Instance[], signal: AbortSignal, restore: Readonly<Record<string, Fetchable>> | undefined) => Promise<unknown>;

/** Network tags are changed against their fingerprint; for starts and stops Compute Engine has no condition. */
export function gcpPower(site: Site): Power {
  const { gce, config } = site;
  const act: Readonly<Record<PowerTarget, Act>> = {
    async running(all, signal, restore) {
      const stopped = inState(all, 'TERMINATED');
      if (restore) await each(stopped, (instance) => orderRestore(site, instance, restore, signal));
      await each(all, (instance) => fenceOff(site, instance, signal));
      await each(stopped, async ({ zone, name }) => done(await gce.start({ zone, instance: name }, signal)));
    },
    stopped: (all, signal) => each(inState(all, 'RUNNING'), async ({ zone, name }) => done(await gce.stop({ zone, instance: name }, signal))),
    cut: (all, signal) =>
      each(inState(all, 'RUNNING'), async ({ zone, name }) => done(await gce.stop({ zone, instance: name, noGracefulShutdown: true }, signal))),
    async isolated(all, signal) {
      if (inState(all, 'RUNNING').length < all.length) throw new DriverError('Conflict', 'it does not run: only what runs can be isolated');
      await each(all, (instance) => fenceOn(site, instance, signal));
    },
  };

  const look = async (ref: PowerRef, signal: AbortSignal): Promise<Standing> => {
    const all = await standing(site, ref, signal);
    if (!all.every(isAtRest)) return { all, busy: [] };
    const busy = await underWay(site, all, signal);
    // A change that was done in between is in none of both.
    return { all: busy.length > 0 ? all : await standing(site, ref, signal), busy };
  };

  return {
    async read(ref, { signal }) {
      return powerStateOf(await look(ref, signal), config);
    },

    async write(ref, to, expected, { signal }, restore) {
      const seen = await look(ref, signal);
      if (seen.all.length === 0) throw new DriverError('NotFound', 'nothing stands there; check the selector');
      const before = powerStateOf(seen, config);
      if (before.power === READS_AS[to]) return before;
      const isMoving = seen.busy.length > 0 || !seen.all.every(isAtRest);
      const isOrdered = !restore || seen.all.every((instance) => hasOrder(instance, restore));
      if (isMoving && isOrdered && isOnTheWay(seen.all, seen.busy, to, config.fence)) return before;
      if (isMoving) throw new DriverError('Unavailable', `${before.detail ?? 'its power is changing'}: it can be written again once that is done`);
      if (before.version !== expected && expected.startsWith(CHANGING))
        throw new DriverError('Unavailable', 'its power was changing when it was read; read it again');
      if (before.version !== expected) throw new DriverError('Conflict', 'its power was changed by someone else; read it again');
      await act[to](seen.all, signal, restore);
      return powerStateOf(await look(ref, signal), config);
    },
  };
}

function isAtRest({ status }: Instance): boolean {
  return AT_REST.includes(status);
}

function inState(all: readonly Instance[], state: string): Instance[] {
  return all.filter(({ status }) => status === state);
}

/** All at once: the pace of the account sees to how fast. What fails for one is told after all were tried. */
async function each(all: readonly Instance[], work: (instance: Instance) => Promise<void>): Promise<void> {
  const failed = (await Promise.allSettled(all.map(work))).find((outcome) => outcome.status === 'rejected');
  if (failed) throw failed.reason;
}

function done(operation: Operation): void {
  const failure = failureOf(operation);
  if (failure) throw failure;
}
