import { monotonic } from './clock.ts';
import type { LeaseUrls } from './object.ts';
import { type HeldLease, releaseLease, renewLease } from './take.ts';

/**
 * Renews a lease every third of its life until it is released or lost. Lost is for ever: a renewal that comes back
 * after the expiry does not bring it back. `onLost` is called once, a tenth of the life before the expiry (a second at
 * most), so that the writer can be stopped in time; a process that was stopped itself hears of it when it goes on, and
 * `valid` is false from its first instruction.
 */
export class LeaseKeeper {
  readonly #urls: LeaseUrls;
  readonly #onLost: (reason: string) => void;
  readonly #ended = new AbortController();
  #held: HeldLease;
  #trouble = 'no renewal came back in time';
  #expiry: NodeJS.Timeout | undefined;
  #next: NodeJS.Timeout | undefined;
  #renewing: Promise<void> = Promise.resolve();

  constructor(urls: LeaseUrls, held: HeldLease, onLost: (reason: string) => void) {
    this.#urls = urls;
    this.#held = held;
    this.#onLost = onLost;
    this.#arm();
  }

  /** Whether the writer may write at this moment. */
  get valid(): boolean {
    return !this.#ended.signal.aborted && monotonic() < this.#held.validUntil;
  }

  get held(): HeldLease {
    return this.#held;
  }

  /** Stops renewing; the lease runs out by itself. */
  stop(): void {
    this.#ended.abort();
    clearTimeout(this.#expiry);
    clearTimeout(this.#next);
  }

  /** Only after the writer has stopped: the next one may start at once. */
  async release(signal: AbortSignal): Promise<void> {
    this.stop();
    await this.#renewing;
    await releaseLease(this.#urls, this.#held, signal);
  }

  #arm(): void {
    const { lease, validUntil } = this.#held;
    clearTimeout(this.#expiry);
    const notice = validUntil - Math.min(1, lease.ttlSeconds / 10);
    this.#expiry = setTimeout(() => this.#lose(this.#trouble), Math.max(0, notice - monotonic()) * 1000);
    this.#schedule(validUntil - (lease.ttlSeconds * 2) / 3 - monotonic());
  }

  #schedule(seconds: number): void {
    clearTimeout(this.#next);
    this.#next = setTimeout(() => void (this.#renewing = this.#renew()), Math.max(0, seconds) * 1000);
  }

  async #renew(): Promise<void> {
    const { signal } = this.#ended;
    try {
      if (!this.valid) return this.#lose(this.#trouble);
      const renewed = await renewLease(this.#urls, this.#held, signal);
      if (signal.aborted) return;
      if (!renewed) return this.#lose('another has taken it');
      if (!this.valid) return this.#lose('the renewal came back too late');
      this.#held = renewed;
      this.#arm();
    } catch (error) {
      if (signal.aborted) return;
      this.#trouble = error instanceof Error ? error.message : String(error);
      this.#schedule(this.#held.lease.ttlSeconds / 20);
    }
  }

  #lose(reason: string): void {
    if (this.#ended.signal.aborted) return;
    this.stop();
    this.#onLost(reason);
  }
}
