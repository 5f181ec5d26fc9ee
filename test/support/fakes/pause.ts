import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout as sleep } from 'node:timers/promises';

/** What a fake activity may know of who runs it. */
export interface Running {
  readonly signal: AbortSignal;
  /** Told to end, by a workflow that wants the result. */
  finish(): boolean;
}

const running = new AsyncLocalStorage<Running>();

export function during<R>(activity: Running, work: () => Promise<R>): Promise<R> {
  return running.run(activity, work);
}

export function present(): Running {
  const activity = running.getStore();
  if (!activity) throw new TypeError('no activity runs here');
  return activity;
}

/** Of the present activity: ends with AbortError when it is cancelled. */
export async function pause(ms: number): Promise<void> {
  await sleep(ms, undefined, { signal: present().signal });
}
