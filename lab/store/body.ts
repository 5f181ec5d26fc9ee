import type { IncomingMessage } from 'node:http';
import { StoreError } from './errors.ts';

const LONGEST_LINE = 8192;

/** The object's bytes, out of the `aws-chunked` framing where the client uses it. Chunk signatures and trailing checksums are passed over. */
export function bodyOf(request: IncomingMessage): AsyncIterable<Uint8Array> {
  const encoded = request.headers['content-encoding']?.includes('aws-chunked') || headerOf(request, 'x-amz-content-sha256')?.startsWith('STREAMING-');
  return encoded ? measured(unchunked(request), headerOf(request, 'x-amz-decoded-content-length')) : chunksOf(request);
}

export function headerOf(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
}

/** Throws when the client goes away in the middle. */
async function* chunksOf(request: IncomingMessage): AsyncGenerator<Buffer> {
  for await (const chunk of request) yield Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk));
}

async function* measured(body: AsyncIterable<Uint8Array>, expected: string | undefined): AsyncGenerator<Uint8Array> {
  let length = 0;
  for await (const chunk of body) {
    length += chunk.length;
    yield chunk;
  }
  if (expected !== undefined && Number(expected) !== length) throw incomplete();
}

/** `<hex size>[;extension]\r\n<bytes>\r\n` until size 0, then trailers up to the end. */
async function* unchunked(request: IncomingMessage): AsyncGenerator<Uint8Array> {
  const reader = new Reader(chunksOf(request));
  for (;;) {
    const size = /^[0-9a-f]{1,12}(?=;|$)/i.exec(await reader.line())?.[0];
    if (size === undefined) throw new StoreError('InvalidArgument', 'The aws-chunked body has a chunk without a size.');
    if (Number.parseInt(size, 16) === 0) break;
    yield* reader.bytes(Number.parseInt(size, 16));
    if ((await reader.line()) !== '') throw new StoreError('InvalidArgument', 'The aws-chunked body has a chunk longer than its size.');
  }
  await reader.drain();
}

class Reader {
  readonly #source: AsyncIterator<Buffer>;
  #held: Buffer = Buffer.alloc(0);

  constructor(source: AsyncIterable<Buffer>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  async line(): Promise<string> {
    for (;;) {
      const end = this.#held.indexOf('\r\n');
      if (end >= 0) {
        const line = this.#held.toString('latin1', 0, end);
        this.#held = this.#held.subarray(end + 2);
        return line;
      }
      if (this.#held.length > LONGEST_LINE || !(await this.#more())) throw incomplete();
    }
  }

  async *bytes(count: number): AsyncGenerator<Buffer> {
    for (let left = count; left > 0;) {
      if (this.#held.length === 0 && !(await this.#more())) throw incomplete();
      const taken = this.#held.subarray(0, left);
      this.#held = this.#held.subarray(taken.length);
      left -= taken.length;
      yield taken;
    }
  }

  async drain(): Promise<void> {
    do this.#held = Buffer.alloc(0);
    while (await this.#more());
  }

  async #more(): Promise<boolean> {
    const { done, value } = await this.#source.next();
    if (done) return false;
    this.#held = this.#held.length === 0 ? value : Buffer.concat([this.#held, value]);
    return true;
  }
}

function incomplete(): StoreError {
  return new StoreError('IncompleteBody', 'You did not provide the number of bytes specified by the Content-Length HTTP header');
}
