// Recovery points: the whole file of orders, put into a store that belongs to no site, named after the instant at which it was true.
import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { ask, readBody } from './http.js';

export class Backup {
  #log;
  #url;
  #token;
  #bytes; // how much of the log the last recovery point holds
  #stop = new AbortController();
  #running = Promise.resolve();
  /** The instant of the last recovery point that the store took, or null. */
  lastAt = null;

  /** `url` is the beginning of every recovery point's URL; `token`, where there is one, is sent as a bearer token. */
  constructor(log, url, token) {
    this.#log = log;
    this.#url = url;
    this.#token = token;
  }

  /** One recovery point now, then one every so many seconds as long as there are new orders. Goes on when the store fails. */
  start(everySeconds) {
    this.#running = this.#repeat(everySeconds * 1000, this.#stop.signal);
  }

  /** The last recovery point: tries again until the store has every order, or rejects when `signal` says that time is up. */
  async finish(signal) {
    this.#stop.abort();
    await this.#running;
    let reason = 'no answer';
    while (!signal.aborted) {
      try {
        return await this.#run(signal);
      } catch (error) {
        if (!signal.aborted) reason = error.message;
      }
      await pause(200, signal);
    }
    throw new Error(reason);
  }

  async #repeat(everyMs, signal) {
    let failing = false;
    while (!signal.aborted) {
      const began = Date.now();
      try {
        await this.#run(signal);
        if (failing) console.error('backup: the store takes recovery points again');
        failing = false;
      } catch (error) {
        if (!failing && !signal.aborted) console.error(`backup: no recovery point, will try again: ${error.message}`);
        failing = true;
      }
      await pause(began + everyMs - Date.now(), signal);
    }
  }

  async #run(signal) {
    // Both in one go: these bytes are all that was acknowledged up to this instant, and the log only grows after them.
    const bytes = this.#log.bytes;
    const instant = new Date().toISOString();
    if (bytes === this.#bytes) return;
    const hash = createHash('sha256');
    for await (const chunk of this.#log.read(bytes)) hash.update(chunk);
    const headers = { 'content-length': bytes, 'content-type': 'application/x-ndjson' };
    if (this.#token) headers.authorization = `Bearer ${this.#token}`;
    const response = await ask(`${this.#url}${instant}.${hash.digest('hex')}`, { method: 'PUT', headers, body: this.#log.read(bytes), signal });
    await readBody(response, 0);
    if (Math.floor(response.statusCode / 100) !== 2) throw new Error(`the store answered ${response.statusCode}`);
    this.#bytes = bytes;
    this.lastAt = instant;
  }
}

async function pause(ms, signal) {
  await sleep(Math.max(ms, 0), undefined, { signal }).catch(() => {});
}
