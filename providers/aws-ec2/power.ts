import type { Instance } from '@aws-sdk/client-ec2';
import type { Power } from '../driver.ts';
import { DriverError } from '../errors.ts';
import { type Fetchable, type PowerTarget, READS_AS } from '../spec.ts';
import { fenceOff, fenceOn } from './fence.ts';
import { idOf, stateOf } from './instances.ts';
import { powerStateOf } from './powerState.ts';
import { orderRestore } from './restore.ts';
import { standing } from './selector.ts';
import type { Site } from './site.ts';

/** EC2 has no condition on these calls: a change by someone else between our reading and our writing is not seen. */
export function awsPower(site: Site): Power {
  type Restore = Readonly<Record<string, Fetchable>> | undefined;
  const act: Readonly<Record<PowerTarget, (all: Instance[], signal: AbortSignal, restore: Restore) => Promise<unknown>>> = {
    async running(all, signal, restore) {
      for (const each of all) await fenceOff(site, each, signal);
      const stopped = inState(all, 'stopped');
      for (const each of all) if (stopped.includes(idOf(each))) await orderRestore(site, each, restore, signal);
      if (stopped.length > 0) await site.ec2.startInstances({ InstanceIds: stopped }, signal);
    },
    stopped: (all, signal) => site.ec2.stopInstances({ InstanceIds: inState(all, 'running') }, signal),
    cut: (all, signal) => site.ec2.stopInstances({ InstanceIds: inState(all, 'running'), Force: true, SkipOsShutdown: true }, signal),
    async isolated(all, signal) {
      if (inState(all, 'running').length < all.length) throw new DriverError('Conflict', 'it does not run: only what runs can be isolated');
      for (const each of all) await fenceOn(site, each, signal);
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
      if (before.version !== expected) throw new DriverError('Conflict', 'its power was changed by someone else; read it again');
      if (all.some((each) => ['pending', 'stopping'].includes(stateOf(each))))
        throw new DriverError('Unavailable', `${before.detail ?? 'its power is changing'}: it can be written again once that is done`);
      await act[to](all, signal, restore);
      return powerStateOf(await standing(site, ref, signal), site.config);
    },
  };
}

function inState(all: readonly Instance[], state: string): string[] {
  return all.filter((each) => stateOf(each) === state).map(idOf);
}
