/**
 * Calls `ask` on a fixed grid, never waiting for an earlier answer. Ticks missed by a stalled machine are not made up: a burst would say nothing
 * about the time that was missed.
 */
export async function openLoop(everySeconds: number, ask: () => void, signal: AbortSignal): Promise<void> {
  const every = everySeconds * 1000;
  const origin = performance.now();
  for (let tick = 0; !signal.aborted;) {
    ask();
    tick = Math.max(tick + 1, Math.ceil((performance.now() - origin) / every));
    await pause(origin + tick * every - performance.now(), signal);
  }
}

/** Resolves early when aborted. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const end = (): void => {
    clearTimeout(timer);
    signal.removeEventListener('abort', end);
    resolve();
  };
  const timer = setTimeout(end, Math.max(0, ms));
  signal.addEventListener('abort', end);
  if (signal.aborted) end();
  return promise;
}
