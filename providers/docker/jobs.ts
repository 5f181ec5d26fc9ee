import { setTimeout as sleep } from 'node:timers/promises';
import { orAborted } from '../kept.ts';

/** For so long a call waits for what it has started: most of it is done by then. */
const MOMENT_MS = 400;

/** Work of this process that goes on when who asked for it does not wait: Docker answers only when a container has started or stopped. */
export class Jobs {
  readonly #running = new Map<string, { readonly what: string; readonly digest: string; readonly end: Promise<void> }>();
  readonly #failed = new Map<string, unknown>();

  /** Starts it, unless it is under way. Throws what it throws within a moment; what it throws later is kept for `failure`. */
  async start(key: string, what: string, signal: AbortSignal, work: () => Promise<void>, digest = ''): Promise<void> {
    if (!this.#running.has(key)) {
      this.#failed.delete(key);
      const end = work().then(
        () => void this.#running.delete(key),
        (error: unknown) => {
          this.#running.delete(key);
          this.#failed.set(key, error);
        },
      );
      this.#running.set(key, { what, digest, end });
    }
    await orAborted(Promise.race([this.#running.get(key)?.end, sleep(MOMENT_MS)]), signal);
    const failure = this.failure(key);
    if (failure === undefined) return;
    this.#failed.delete(key);
    throw failure;
  }

  /** Until what is under way has ended, however. */
  async settled(key: string, signal: AbortSignal): Promise<void> {
    await orAborted(Promise.resolve(this.#running.get(key)?.end), signal);
  }

  underWay(key: string): string | undefined {
    return this.#running.get(key)?.what;
  }

  /** Of the spec that is being made. */
  digestOf(key: string): string | undefined {
    return this.#running.get(key)?.digest;
  }

  failure(key: string): unknown {
    return this.#failed.get(key);
  }

  async ended(): Promise<void> {
    await Promise.all([...this.#running.values()].map(({ end }) => end));
  }
}
