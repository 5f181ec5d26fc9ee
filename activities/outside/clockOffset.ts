/**
 * How far this machine's clock may be from the Temporal server's: the server noted by its own clock when it ordered the activity, and we look at
 * ours when we begin. The difference is the clocks' distance plus the way from there to here, so it bounds the distance from above, unless this
 * clock is behind: then the way hides as much of it as it took (milliseconds on a worker that polls).
 */
export function clockOffsetSeconds(ordered: { readonly currentAttemptScheduledTimestampMs: number }, now: number = Date.now()): number {
  return Math.abs(now - ordered.currentAttemptScheduledTimestampMs) / 1000;
}
