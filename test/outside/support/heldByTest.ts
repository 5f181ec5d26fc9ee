import { setTimeout as sleep } from 'node:timers/promises';
import type { Ending, Held } from '../../../activities/outside/held.ts';

/** An activity's surroundings in the hands of a test. */
export class HeldByTest implements Held {
  readonly #controller = new AbortController();
  readonly beats: object[] = [];
  #ending: Ending = 'leave';
  readonly activity: string;
  readonly previous: unknown;
  readonly clockOffsetSeconds = 0.01;
  readonly orderedAt = new Date().toISOString();

  constructor(activity = 'probe', previous?: unknown) {
    this.activity = activity;
    this.previous = previous;
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  ending(): Ending {
    return this.#ending;
  }

  heartbeat(details: object): void {
    this.beats.push(details);
  }

  /** The workflow cancels: it wants the result. */
  finish(): void {
    this.#ending = 'finish';
    this.#controller.abort(new Error('CANCELLED'));
  }

  /** The server knows this attempt no more. */
  disown(): void {
    this.#ending = 'disowned';
    this.#controller.abort(new Error('NOT_FOUND'));
  }

  /** The worker shuts down. */
  leave(): void {
    this.#controller.abort(new Error('WORKER_SHUTDOWN'));
  }
}

/** Waits until it is so; rejects after `seconds`. */
export async function until(isSo: () => boolean | Promise<boolean>, seconds = 10): Promise<void> {
  const end = performance.now() + seconds * 1000;
  while (!(await isSo())) {
    if (performance.now() > end) throw new Error(`not so within ${seconds} s: ${isSo}`);
    await sleep(20);
  }
}
