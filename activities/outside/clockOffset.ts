/**
 * How far this machine's clock may be from the Temporal server's: the server noted by its own clock when it ordered the activity, and we look at
 * ours when we begin. The difference is the clocks' distance plus the way from there to here, so it bounds the distance from above, unless this
 * clock is behind: then the way hides as much of it as it took (milliseconds on a worker that polls).
 */
export function clockOffsetSeconds(ordered: { readonly currentAttemptScheduledTimestampMs: number }, now: number = Date.now()): number {
  return Math.abs(now - ordered.currentAttemptScheduledTimestampMs) / 1000;
}

/** Only what was met lately is believed: clocks drift. */
const LATELY_SECONDS = 600;

/**
 * The smallest bound that this process has met. The clocks keep their distance; what differs is the way, and after a crash an
 * order waits for as long as no worker is there.
 */
export class LeastClockOffset {
  #seconds = Infinity;
  #at = -Infinity;

  add(seconds: number, now: number = performance.now() / 1000): number {
    if (seconds <= this.#seconds || now - this.#at > LATELY_SECONDS) {
      this.#seconds = seconds;
      this.#at = now;
    }
    return this.#seconds;
  }

  get seconds(): number {
    return this.#seconds;
  }
}
