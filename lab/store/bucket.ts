import { randomUUID } from 'node:crypto';
import { closeSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { StoreError } from './errors.ts';
import { fileNameOf, type ObjectFile, openObject, writeObject } from './objectFile.ts';

export type Entry = ObjectFile & { readonly order: Buffer };

export interface Page {
  readonly entries: readonly Entry[];
  /** Hand it back for what follows; absent = there is no more. */
  readonly next?: string;
}

export interface Condition {
  /** The etag that must be there. */
  readonly match?: string;
  /** Nothing may be there. */
  readonly absent?: boolean;
}

/**
 * The objects of one directory, which no second process may use. Uploads are written in `incoming` and become visible
 * by a rename; check and rename happen in one turn of the event loop, so a condition holds for exactly what it replaces.
 */
export class Bucket {
  readonly #dir: string;
  readonly #incoming: string;
  readonly #entries = new Map<string, Entry>();

  constructor(dir: string, incoming: string) {
    this.#dir = dir;
    this.#incoming = incoming;
    mkdirSync(dir, { recursive: true });
    for (const file of readdirSync(dir)) {
      const { fd, object } = openObject(join(dir, file));
      closeSync(fd);
      this.#remember(object);
    }
  }

  async put(key: string, body: AsyncIterable<Uint8Array>, condition: Condition, expectedMd5?: string): Promise<Entry> {
    const temporary = join(this.#incoming, randomUUID());
    try {
      const md5 = await writeObject(temporary, key, body);
      if (expectedMd5 !== undefined && expectedMd5 !== md5.toString('base64')) {
        throw new StoreError('BadDigest', 'The Content-MD5 you specified did not match what we received.');
      }
      this.#check(key, condition);
      renameSync(temporary, this.#path(key));
      const { fd, object } = openObject(this.#path(key));
      closeSync(fd);
      const entry = this.#remember(object);
      await this.#sync();
      return entry;
    } finally {
      await rm(temporary, { force: true });
    }
  }

  get(key: string): Entry {
    const entry = this.#entries.get(key);
    if (!entry) throw new StoreError('NoSuchKey', 'The specified key does not exist.');
    return entry;
  }

  /** The body as it is now, whatever replaces it while it is read. The caller closes it. */
  open(key: string): { fd: number; object: ObjectFile } {
    this.get(key);
    return openObject(this.#path(key));
  }

  async remove(key: string): Promise<void> {
    if (!this.#entries.delete(key)) return;
    rmSync(this.#path(key), { force: true });
    await this.#sync();
  }

  /** In the order of the keys' UTF-8 bytes, as S3 lists. */
  list(prefix: string, after: string | undefined, count: number): Page {
    const from = after === undefined ? undefined : Buffer.from(after);
    const found = [...this.#entries.values()]
      .filter(({ key, order }) => key.startsWith(prefix) && (!from || order.compare(from) > 0))
      .toSorted((a, b) => a.order.compare(b.order));
    const entries = found.slice(0, count);
    const last = entries.at(-1);
    return last && found.length > count ? { entries, next: Buffer.from(last.key).toString('base64url') } : { entries };
  }

  get empty(): boolean {
    return this.#entries.size === 0;
  }

  #check(key: string, condition: Condition): void {
    const there = this.#entries.get(key);
    if (condition.absent && there) throw new StoreError('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold');
    if (condition.match === undefined) return;
    if (!there) throw new StoreError('NoSuchKey', 'The specified key does not exist.');
    if (there.etag !== condition.match) throw new StoreError('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold');
  }

  #remember(object: ObjectFile): Entry {
    const entry = { ...object, order: Buffer.from(object.key) };
    this.#entries.set(object.key, entry);
    return entry;
  }

  #path(key: string): string {
    return join(this.#dir, fileNameOf(key));
  }

  async #sync(): Promise<void> {
    const dir = await open(this.#dir, 'r');
    try {
      await dir.sync();
    } finally {
      await dir.close();
    }
  }
}
