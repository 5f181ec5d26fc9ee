import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type RunningStore, startStore } from '../../lab/store/server.ts';
import { type HeldLease, LeaseKeeper, type LeaseUrls, takeLease } from '../../providers/leases/index.ts';
import { s3Config } from '../../providers/s3/config.ts';
import { s3Store } from '../../providers/s3/store.ts';
import type { Store } from '../../providers/store.ts';
import { run, type Running } from '../lab/process.ts';

const HOLDER = new URL('leaseHolder.ts', import.meta.url).pathname;

/** A store of one test's own, with a lease in it, and everybody who wants that. */
export class LeaseLab {
  readonly key = 'leases/orders/db.json';
  readonly store: Store;
  readonly urls: LeaseUrls;
  readonly #dir: string;
  readonly #port: number;
  #running: RunningStore;
  readonly #keepers: LeaseKeeper[] = [];
  readonly #writers: Running[] = [];

  private constructor(dir: string, running: RunningStore) {
    this.#dir = dir;
    this.#running = running;
    this.#port = running.port;
    this.store = s3Store('neutral', s3Config.parse({ type: 's3', endpoint: running.url, bucket: 'dr' }));
    this.urls = this.at('dr');
  }

  static async open(): Promise<LeaseLab> {
    const dir = mkdtempSync(join(tmpdir(), 'leases-'));
    return new LeaseLab(dir, await startStore({ dir, buckets: ['dr'] }));
  }

  at(bucket: string): LeaseUrls {
    const url = `${this.#running.url}/${bucket}/${this.key}`;
    return { getUrl: url, putUrl: url };
  }

  take(holder: string, signal: AbortSignal, ttlSeconds = 10, urls = this.urls): Promise<HeldLease> {
    return takeLease({ ...urls, holder, site: 'onprem', ttlSeconds, signal });
  }

  keep(held: HeldLease, onLost: (reason: string) => void = () => {}, urls = this.urls): LeaseKeeper {
    const keeper = new LeaseKeeper(urls, held, onLost);
    this.#keepers.push(keeper);
    return keeper;
  }

  /** A process that takes the lease whenever it can. */
  writer(holder: string, ttlSeconds: number): Running {
    const writer = run(HOLDER, [this.urls.getUrl, this.urls.putUrl, holder, String(ttlSeconds)]);
    this.#writers.push(writer);
    return writer;
  }

  stopStore(): Promise<void> {
    return this.#running.close();
  }

  async startStore(): Promise<void> {
    this.#running = await startStore({ dir: this.#dir, port: this.#port });
  }

  async close(): Promise<void> {
    for (const keeper of this.#keepers) keeper.stop();
    await Promise.all(this.#writers.map(({ end }) => end('SIGKILL')));
    this.store.close();
    await this.#running.close();
    rmSync(this.#dir, { recursive: true });
  }
}

export async function until(holds: () => boolean): Promise<void> {
  for (let tries = 0; !holds(); tries += 1) {
    if (tries > 1500) throw new Error('it never came to be');
    await sleep(20);
  }
}
