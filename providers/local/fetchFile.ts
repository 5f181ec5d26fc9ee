import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ErrorCode, Fetchable } from '../spec.ts';
import { DriverError } from '../errors.ts';

/** How long a store that is away is waited for. */
const PATIENCE_SECONDS = 60;

/** What an answer means that will not change by asking again. */
const FINAL: Readonly<Record<number, ErrorCode>> = { 400: 'Invalid', 401: 'Denied', 403: 'Denied', 404: 'NotFound', 410: 'NotFound' };

/** Puts a file there, checked. On any failure there is none. The URL may be a key to the store: it is never told. */
export async function fetchFile(file: Fetchable, path: string, what: string, signal: AbortSignal): Promise<void> {
  const from = URL.canParse(file.url) ? new URL(file.url).host : undefined;
  if (from === undefined) throw new DriverError('Invalid', `${what}: its URL is no URL`);
  const end = performance.now() + PATIENCE_SECONDS * 1000;
  for (let pause = 100; ; pause = Math.min(2000, pause * 2)) {
    try {
      const sha256 = await download(file.url, path, what, from, signal);
      if (sha256 === file.sha256) return;
      throw new DriverError(
        'Invalid',
        `${what} from ${from} has sha256 ${sha256.slice(0, 12)}… and not ${file.sha256.slice(0, 12)}…: put the right file there, or correct the sha256`,
      );
    } catch (error) {
      await rm(path, { force: true });
      signal.throwIfAborted();
      if (error instanceof DriverError) throw error;
      if (performance.now() > end)
        throw new DriverError('Unavailable', `${what} could not be fetched from ${from} for ${PATIENCE_SECONDS} s: ${reasonOf(error)}`);
      await sleep(pause, undefined, { signal });
    }
  }
}

async function download(url: string, path: string, what: string, from: string, signal: AbortSignal): Promise<string> {
  const response = await fetch(url, { signal });
  const code = FINAL[response.status];
  if (!response.ok || !response.body) {
    await response.body?.cancel();
    const message = `${what}: ${from} answered ${response.status}`;
    throw code ? new DriverError(code, message) : new Error(message);
  }
  const hash = createHash('sha256');
  const hashed = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      done(null, chunk);
    },
  });
  await pipeline(Readable.fromWeb(response.body), hashed, createWriteStream(path, { mode: 0o600, flush: true }), { signal });
  return hash.digest('hex');
}

/** `fetch` hides the reason in the cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}
