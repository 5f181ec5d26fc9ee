import { monotonic } from './clock.ts';
import { MARGIN_SECONDS, type SeenLease } from './record.ts';

/** For how long a lease has surely not been renewed, by our own clock alone. */
export class Stillness {
  #etag: string | undefined;
  #since = 0;

  /** `askedAt` = when the read that saw it was begun. True once it was unchanged for all its life and the margin. */
  expired({ lease, etag }: SeenLease, askedAt: number): boolean {
    if (etag !== this.#etag) {
      this.#etag = etag;
      this.#since = monotonic();
      return false;
    }
    return askedAt - this.#since >= lease.ttlSeconds + MARGIN_SECONDS;
  }
}

/** How often to look: a released lease is found soon, a long one is not asked for more than once a second. */
export function pollSeconds(ttlSeconds: number): number {
  return Math.min(1, Math.max(0.1, ttlSeconds / 20));
}
