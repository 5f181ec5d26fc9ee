import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { monotonic } from './clock.ts';
import { LeaseAway, type LeaseUrls, readLease, writeLease } from './object.ts';
import { type LeaseRecord, LeaseSuperseded, type SeenLease } from './record.ts';
import { pollSeconds, Stillness } from './stillness.ts';

export interface HeldLease extends SeenLease {
  /** On `monotonic()`: the start of the last renewal that succeeded, plus the lease's life. */
  readonly validUntil: number;
}

export interface TakeLease extends LeaseUrls {
  readonly holder: string;
  readonly site: string;
  readonly ttlSeconds: number;
  /** Our last taking: it is taken again only if nobody has held it since, else LeaseSuperseded is thrown. */
  readonly after?: number | undefined;
  readonly signal: AbortSignal;
  /** Told what it waits for, whenever that changes. */
  readonly onWait?: (reason: string) => void;
}

/**
 * Waits until the lease is absent, released, or seen unchanged for its life and a margin, then takes it by
 * compare-and-set. Goes on while the store is away; ends by the signal, or by an answer that waiting does not change.
 */
export async function takeLease({ getUrl, putUrl, holder, site, ttlSeconds, after, signal, onWait }: TakeLease): Promise<HeldLease> {
  const urls = { getUrl, putUrl };
  const term = randomUUID();
  const still = new Stillness();
  let told = '';
  const wait = async (reason: string): Promise<void> => {
    if (reason !== told) onWait?.(reason);
    told = reason;
    await sleep(pollSeconds(ttlSeconds) * 1000, undefined, { signal });
  };
  for (;;) {
    signal.throwIfAborted();
    try {
      const askedAt = monotonic();
      const seen = await readLease(urls, within(ttlSeconds, signal));
      if (after !== undefined && seen?.lease.term !== term && seen?.lease.epoch !== after)
        throw new LeaseSuperseded(seen ? `${seen.lease.holder} at ${seen.lease.site} has held it since` : 'the lease was removed');
      // Our own term is there when the reply to our write was lost.
      const free = !seen || seen.lease.released || seen.lease.term === term || still.expired(seen, askedAt);
      if (free) {
        const next = { holder, site, epoch: (seen?.lease.epoch ?? 0) + 1, term, renewal: 0, released: false, ttlSeconds };
        const held = await write(urls, next, seen?.etag, signal);
        if (held) return held;
        await wait('another was faster');
      } else {
        await wait(`held by ${seen.lease.holder} at ${seen.lease.site}`);
      }
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof LeaseAway)) throw error;
      await wait(error.message);
    }
  }
}

/** One attempt. Undefined = it is no longer ours and never will be again; throws when the store is away. */
export async function renewLease(urls: LeaseUrls, held: HeldLease, signal: AbortSignal): Promise<HeldLease | undefined> {
  return replace(urls, held, false, signal);
}

/** Only after the writer has stopped. A lease that another took meanwhile is left alone. */
export async function releaseLease(urls: LeaseUrls, held: HeldLease, signal: AbortSignal): Promise<void> {
  await replace(urls, held, true, signal);
}

/** A lost reply leaves our own later write there: it is replaced like the one we knew. */
async function replace(urls: LeaseUrls, held: HeldLease, released: boolean, signal: AbortSignal): Promise<HeldLease | undefined> {
  for (let known: SeenLease | undefined = held; known?.lease.term === held.lease.term;) {
    if (known.lease.released && !released) return undefined;
    const written = await write(urls, { ...known.lease, renewal: known.lease.renewal + 1, released }, known.etag, signal);
    if (written) return written;
    known = await readLease(urls, within(held.lease.ttlSeconds, signal));
  }
  return undefined;
}

async function write(urls: LeaseUrls, lease: LeaseRecord, etag: string | undefined, signal: AbortSignal): Promise<HeldLease | undefined> {
  const started = monotonic();
  const written = await writeLease(urls, lease, etag, within(lease.ttlSeconds, signal));
  return written === undefined ? undefined : { lease, etag: written, validUntil: started + lease.ttlSeconds };
}

/** No request may hang for so long that there is no time for another. */
function within(ttlSeconds: number, signal: AbortSignal): AbortSignal {
  return AbortSignal.any([signal, AbortSignal.timeout(Math.ceil((ttlSeconds * 1000) / 3))]);
}
