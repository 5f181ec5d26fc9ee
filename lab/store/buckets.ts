import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Bucket } from './bucket.ts';
import { StoreError } from './errors.ts';

/** No bucket can have this name. */
const INCOMING = '.incoming';

/** The buckets of one directory. Uploads that a dead process left unfinished are removed at the start. */
export class Buckets {
  readonly #dir: string;
  readonly #incoming: string;
  readonly #buckets = new Map<string, Bucket>();

  constructor(dir: string) {
    this.#dir = dir;
    this.#incoming = join(dir, INCOMING);
    rmSync(this.#incoming, { recursive: true, force: true });
    mkdirSync(this.#incoming, { recursive: true });
    for (const name of readdirSync(dir)) if (name !== INCOMING) this.make(name);
  }

  get(name: string): Bucket {
    const bucket = this.#buckets.get(name);
    if (!bucket) throw new StoreError('NoSuchBucket', 'The specified bucket does not exist');
    return bucket;
  }

  /** There already is success: whose it is, this store does not know. */
  make(name: string): void {
    if (!this.#buckets.has(name)) this.#buckets.set(name, new Bucket(join(this.#dir, name), this.#incoming));
  }

  remove(name: string): void {
    if (!this.get(name).empty) throw new StoreError('BucketNotEmpty', 'The bucket you tried to delete is not empty.');
    rmSync(join(this.#dir, name), { recursive: true, force: true });
    this.#buckets.delete(name);
  }
}
