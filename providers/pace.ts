import { setTimeout as sleep } from 'node:timers/promises';
import type { Driver } from './driver.ts';

/** How much slower than wanted it becomes at most. */
const SLOWEST = 1 / 32;
const RECOVERY = 1.05;
/** Seconds' worth of calls that may be made at once after a rest. */
const BURST_SECONDS = 5;

/** A rate limit shared by everybody who calls one account. Half as fast after each throttling, and slowly back to what is wanted. */
export class Pace {
  readonly #wanted: number;
  #perSecond: number;
  /** Seconds on the process's clock: when the calls let through so far would have been made one after the other. */
  #used = -Infinity;

  constructor(perSecond: number) {
    this.#wanted = perSecond;
    this.#perSecond = perSecond;
  }

  get perSecond(): number {
    return this.#perSecond;
  }

  /** Resolves when the next call may be made. */
  async turn(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const now = performance.now() / 1000;
    this.#used = Math.max(this.#used, now - BURST_SECONDS);
    const wait = this.#used - now;
    this.#used += 1 / this.#perSecond;
    if (wait > 0) await sleep(wait * 1000, undefined, { signal });
  }

  /** Makes a call whose turn has come, and takes its pace from how it ends. Throws what it throws. */
  async watch<T>(classify: Driver['classify'], call: () => Promise<T>): Promise<T> {
    try {
      const answer = await call();
      this.fine();
      return answer;
    } catch (error) {
      const { code, retryAfterMs } = classify(error);
      if (code === 'Throttled') this.throttled(retryAfterMs);
      throw error;
    }
  }

  throttled(retryAfterMs = 0): void {
    this.#perSecond = Math.max(this.#wanted * SLOWEST, this.#perSecond / 2);
    this.#used = Math.max(this.#used, performance.now() / 1000 + retryAfterMs / 1000);
  }

  fine(): void {
    this.#perSecond = Math.min(this.#wanted, this.#perSecond * RECOVERY);
  }
}
