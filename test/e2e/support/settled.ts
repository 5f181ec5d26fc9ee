import { setTimeout as sleep } from 'node:timers/promises';

const SETTLE_MS = 5000;

/** Looks until it is as wanted; what is still ending gets a moment. Gives the last look either way. */
export async function settled<T>(look: () => Promise<T>, isWanted: (seen: T) => boolean): Promise<T> {
  for (const end = performance.now() + SETTLE_MS; ; await sleep(250)) {
    const seen = await look();
    if (isWanted(seen) || performance.now() > end) return seen;
  }
}
