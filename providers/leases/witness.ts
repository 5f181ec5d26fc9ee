import { setTimeout as sleep } from 'node:timers/promises';
import { ProviderError } from '../errors.ts';
import type { Store } from '../store.ts';
import { monotonic } from './clock.ts';
import { parseLease, type SeenLease } from './record.ts';
import { pollSeconds, Stillness } from './stillness.ts';

/**
 * `released`: the holder said itself that it has stopped writing. `expired`: seen unchanged for its whole life and the
 * margin, by our own clock. `absent`: nobody ever took it, which proves nothing about a writer that takes no lease.
 */
export type LeaseWitness = 'released' | 'expired' | 'absent';

/** The lease as it is now; undefined when there is none. */
export async function witnessLease(store: Store, key: string, signal: AbortSignal): Promise<SeenLease | undefined> {
  const found = await store.get(key, signal);
  return found && { lease: parseLease(Buffer.from(found.body).toString('utf8')), etag: found.etag };
}

/**
 * Watches until nobody holds the lease, for as long as the signal allows; a holder that goes on renewing, or a new one,
 * is waited for. Goes on while the store is away: an etag that was there before and after did not change meanwhile.
 */
export async function leaseExpired(store: Store, key: string, signal: AbortSignal): Promise<LeaseWitness> {
  const still = new Stillness();
  let pause = pollSeconds(0);
  for (;;) {
    signal.throwIfAborted();
    try {
      const askedAt = monotonic();
      const seen = await witnessLease(store, key, signal);
      if (!seen) return 'absent';
      if (seen.lease.released) return 'released';
      if (still.expired(seen, askedAt)) return 'expired';
      pause = pollSeconds(seen.lease.ttlSeconds);
    } catch (error) {
      if (!(error instanceof ProviderError) || error.advice !== 'retry') throw error;
    }
    await sleep(pause * 1000, undefined, { signal });
  }
}

/**
 * Whether the store honours conditions on writes. One that does not (and says nothing) would give a lease or a lock to
 * two at once: ask before you trust it. Writes and removes `key`.
 */
export async function refusesStaleWrites(store: Store, key: string, signal: AbortSignal): Promise<boolean> {
  const refused = async (ifMatch: string): Promise<boolean> => {
    try {
      await store.put(key, Buffer.from(`stale write as ${ifMatch}`), signal, ifMatch);
      return false;
    } catch (error) {
      if (error instanceof ProviderError && error.code === 'Conflict') return true;
      throw error;
    }
  };
  const { etag } = await store.put(key, Buffer.from('first'), signal);
  await store.put(key, Buffer.from('second'), signal, etag);
  const honest = (await refused('absent')) && (await refused(etag));
  await store.remove(key, signal);
  return honest;
}
