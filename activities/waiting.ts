import { setTimeout as sleep } from 'node:timers/promises';

/** Asks until the answer is not undefined; rejects with AbortError when aborted and returns undefined after `withinSeconds`. */
export async function until<T>(ask: () => Promise<T | undefined>, withinSeconds: number, signal: AbortSignal, everyMs = 100): Promise<T | undefined> {
  const end = performance.now() + withinSeconds * 1000;
  for (;;) {
    signal.throwIfAborted();
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (performance.now() >= end) return undefined;
    await sleep(Math.min(everyMs, Math.max(1, end - performance.now())), undefined, { signal });
  }
}
