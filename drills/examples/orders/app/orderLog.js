// The durable list of orders. Orders that arrive while the disk is busy share the next write and its fsync.
import { createReadStream } from 'node:fs';
import { rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { linesOf, openOrders } from './orderFile.js';

/** As large as an order may be, so that a disk that takes this takes the next order. */
const TEST_WRITE = Buffer.alloc(64 * 1024);

export class OrderLog {
  #path;
  #file;
  #hashes; // id to hash, of every order on the disk
  #bytes;
  #pending = new Map(); // id to promise, of every order on its way to the disk
  #batch; // what the next write takes
  #work = Promise.resolve(); // writes and checks, one after the other
  #torn = false; // the last write failed, so the file may go on after #bytes
  #tookWriteAt = 0;

  static async open(directory) {
    const log = new OrderLog();
    const { path, file, hashes, bytes } = await openOrders(directory);
    log.#path = path;
    log.#file = file;
    log.#hashes = hashes;
    log.#bytes = bytes;
    return log;
  }

  /** How many orders there are. */
  get size() {
    return this.#hashes.size;
  }

  /** How many bytes of the file are on the disk for good: every order that was acknowledged, and nothing torn. Only ever grows. */
  get bytes() {
    return this.#bytes;
  }

  /** 'stored' once it is on the disk, 'known' if it was already, 'different' if its id is another order's. Rejects when the disk refuses. */
  async append(order) {
    if (this.#pending.has(order.id)) await this.#pending.get(order.id);
    const known = this.#hashes.get(order.id);
    if (known !== undefined) return known === order.hash ? 'known' : 'different';
    if (!this.#batch) {
      this.#batch = { orders: [] };
      this.#batch.written = this.#afterOthers(() => this.#write());
    }
    const { orders, written } = this.#batch;
    orders.push(order);
    this.#pending.set(order.id, written);
    await written;
    return 'stored';
  }

  /** The first `bytes` of the file as a stream. */
  read(bytes = this.#bytes) {
    return bytes === 0 ? Readable.from([]) : createReadStream(this.#path, { start: 0, end: bytes - 1 });
  }

  /** Every order, oldest first, as the bytes of its JSON; a few at a time in memory. */
  lines() {
    return linesOf(this.read());
  }

  /** Rejects when disk or file do not take writes. A write within the last second is proof that they do. */
  check() {
    return this.#afterOthers(async () => {
      await this.#checkFile();
      if (Date.now() - this.#tookWriteAt < 1000) return;
      const path = join(dirname(this.#path), 'write-test');
      await writeFile(path, TEST_WRITE, { flush: true }).finally(() => rm(path, { force: true }));
      this.#tookWriteAt = Date.now();
    });
  }

  /** Resolves when everything accepted so far is on the disk or refused. */
  settled() {
    return this.#work;
  }

  async #write() {
    const { orders } = this.#batch;
    this.#batch = undefined; // From now on orders go into the next one.
    const lines = Buffer.from(orders.map((order) => `${JSON.stringify(order)}\n`).join(''));
    try {
      await this.#checkFile();
      this.#torn = true;
      await this.#file.appendFile(lines);
      await this.#file.sync();
      this.#torn = false;
      this.#bytes += lines.length;
      this.#tookWriteAt = Date.now();
      for (const { id, hash } of orders) this.#hashes.set(id, hash);
    } catch (error) {
      this.#tookWriteAt = 0;
      throw error;
    } finally {
      for (const { id } of orders) this.#pending.delete(id);
    }
  }

  async #checkFile() {
    if (this.#torn) await this.#file.truncate(this.#bytes); // Else half an order would stand before the next one.
    this.#torn = false;
    const [ours, named] = await Promise.all([this.#file.stat(), stat(this.#path)]);
    if (ours.ino !== named.ino || ours.size !== this.#bytes) throw new Error('orders.jsonl was replaced, or written to by something else');
  }

  #afterOthers(work) {
    const done = this.#work.then(work);
    this.#work = done.catch(() => {});
    return done;
  }
}
