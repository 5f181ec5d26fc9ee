import { leaseExpired } from '../providers/leases/witness.ts';
import type { Activities, FenceInput, FenceSeen } from './contract.ts';
import type { Deps } from './deps.ts';
import { until } from './waiting.ts';
import { signal } from './wrap.ts';

/** More than the lease lives and its margin: an accepted order is not a fence, a lease seen to die is. */
const LEASE_MARGIN_SECONDS = 3;

export const fenceActivities = (deps: Deps): Pick<Activities, 'witnessFence'> => ({
  async witnessFence(input) {
    const powers = () => Promise.all(Object.entries(input.power).map(([component, ref]) => powerOff(deps, input, component, ref)));
    const leases = () => Promise.all(Object.entries(input.leases).map(([data, lease]) => leaseGone(deps, data, lease)));
    if (input.lost) {
      const gone = await leases();
      return gone.length > 0 && gone.every((seen) => seen.witness) ? gone : [...(await powers()), ...gone];
    }
    const power = await powers();
    if (power.length > 0 && power.every((seen) => seen.witness)) return power;
    return [...power, ...(await leases())];
  },
});

/** The one call to the source between T0 and T7, limited in time: a dead source must not hold up its own recovery. */
async function powerOff(deps: Deps, input: FenceInput, component: string, ref: FenceInput['power'][string]): Promise<FenceSeen> {
  const what = `${component} at ${input.site}`;
  const limited = AbortSignal.any([signal(), AbortSignal.timeout(input.callSeconds * 1000)]);
  try {
    const provider = await deps.site(input.site);
    const state = await until(
      async () => {
        const now = await provider.readPower(ref, limited);
        if (now.power === 'stopped') return now;
        const cuts = provider.capabilities.power.includes('cut');
        // Asked again, a driver that shuts down politely goes on to killing; one that cuts has done all that it can.
        if (now.power !== 'changing' || !cuts) await provider.writePower(ref, cuts ? 'cut' : 'stopped', now.version, limited);
        return undefined;
      },
      input.callSeconds,
      limited,
    );
    return state ? { what, witness: 'power off', detail: `${what} seen stopped` } : { what, detail: `${what} not seen stopped within ${input.callSeconds} s` };
  } catch (error) {
    signal().throwIfAborted();
    return { what, detail: `${what} could not be asked: ${error instanceof Error ? error.message : String(error)}` };
  }
}

async function leaseGone(deps: Deps, data: string, { at, ttlSeconds }: FenceInput['leases'][string]): Promise<FenceSeen> {
  const what = `writer of ${data}`;
  const limited = AbortSignal.any([signal(), AbortSignal.timeout((2 * ttlSeconds + LEASE_MARGIN_SECONDS) * 1000)]);
  try {
    const seen = await leaseExpired(await deps.store(at.store), at.key, limited);
    // Nobody ever took it: that proves nothing about a writer that takes no lease.
    if (seen === 'absent') return { what, detail: `there is no storage lease of ${data}` };
    return { what, witness: `lease ${seen}`, detail: `storage lease of ${data} ${seen}` };
  } catch (error) {
    signal().throwIfAborted();
    return { what, detail: `storage lease of ${data} was not seen to end: ${error instanceof Error ? error.message : String(error)}` };
  }
}
