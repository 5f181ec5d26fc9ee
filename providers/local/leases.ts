import type { HeldLease, LeaseKeeper } from '../leases/index.ts';
import { DriverError } from '../errors.ts';
import type { Plan } from './records.ts';

/** The leases of a replica's data sets: all of them are held while its program runs. */
export class Leases {
  readonly #keepers: LeaseKeeper[] = [];
  /** By data set: who lost a lease takes it again only if nobody has held it since, or writes to what is old. */
  readonly #epochs = new Map<string, number>();
  readonly #onLost: (reason: string) => void;

  constructor(onLost: (reason: string) => void) {
    this.#onLost = onLost;
  }

  /** Waits for as long as another holds one. In one order everywhere, so that two who want the same never wait for each other. */
  async take({ spec, site }: Plan, holder: string, signal: AbortSignal, onWait: (why: string) => Promise<void>): Promise<void> {
    const wanted = Object.entries(spec.data).flatMap(([name, { lease }]) => (lease ? [{ name, lease }] : []));
    if (wanted.length === 0) return;
    const { LeaseKeeper, LeaseRefused, LeaseSuperseded, takeLease } = await import('../leases/index.ts');
    for (const { name, lease } of wanted.toSorted((a, b) => (a.lease.at < b.lease.at ? -1 : 1))) {
      const urls = { getUrl: lease.at, putUrl: lease.put ?? lease.at };
      const wait = (reason: string): void => void onWait(`lease of ${name}: ${reason}`).catch(() => {});
      const after = this.#epochs.get(name);
      const held: HeldLease = await takeLease({ ...urls, holder, site, ttlSeconds: lease.ttlSeconds, after, signal, onWait: wait }).catch((error: unknown) => {
        if (error instanceof LeaseSuperseded)
          throw new DriverError('Unavailable', `lease of ${name} lost: ${error.message}; its data is old, and it stays down until it is restored`);
        throw error instanceof LeaseRefused ? new DriverError('Invalid', `lease of ${name}: ${error.message}`) : error;
      });
      this.#epochs.set(name, held.lease.epoch);
      this.#keepers.push(new LeaseKeeper(urls, held, (reason) => this.#onLost(`lease of ${name} lost: ${reason}`)));
    }
  }

  get valid(): boolean {
    return this.#keepers.every((keeper) => keeper.valid);
  }

  /** Only after the program has ended. A store that is away does not keep anything from stopping: the lease runs out. */
  async release(): Promise<void> {
    await Promise.allSettled(this.#keepers.map((keeper) => keeper.release(AbortSignal.timeout(3000))));
    this.#keepers.length = 0;
  }

  /** Renews no more. */
  stop(): void {
    for (const keeper of this.#keepers) keeper.stop();
  }
}
