import type { IncomingMessage } from 'node:http';
import { StoreError } from './errors.ts';

const INCOMPLETE = 'You did not provide the number of bytes specified by the Content-Length HTTP header';

/** The object's bytes, out of the `aws-chunked` framing where the client uses it. Chunk signatures and trailing checksums are passed over. */
export function bodyOf(request: IncomingMessage): AsyncIterable<Uint8Array> {
  const encoded = request.headers['content-encoding']?.includes('aws-chunked') || header(request, 'x-amz-content-sha256')?.startsWith('STREAMING-');
  return encoded ? measured(unchunked(request), header(request, 'x-amz-decoded-content-length')) : whole(request);
}

export function header(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
}

async function* whole(request: IncomingMessage): AsyncGenerator<Uint8Array> {
  yield* chunksOf(request);
  if (!request.complete) throw new StoreError('IncompleteBody', INCOMPLETE);
}

async function* measured(body: AsyncIterable<Uint8Array>, expected: string | undefined): AsyncGenerator<Uint8Array> {
  let length = 0;
  for await (const chunk of body) {
    length += chunk.length;
    yield chunk;
  }
  if (expected !== undefined && Number(expected) !== length) throw new StoreError('IncompleteBody', INCOMPLETE);
}

/** `<hex size>[;extension]\r\n<bytes>\r\n` until size 0, then trailers up to the end. */
async function* unchunked(request: IncomingMessage): AsyncGenerator<Uint8Array> {
  let buffered = Buffer.alloc(0);
  /** Of the chunk being read; undefined = its size line comes next. */
  let left: number | undefined;
  for await (const piece of chunksOf(request)) {
    if (left === 0) continue;
    buffered = buffered.length === 0 ? piece : Buffer.concat([buffered, piece]);
    for (;;) {
      if (left === undefined) {
        const end = buffered.indexOf('\r\n');
        if (end < 0) break;
        left = sizeOf(buffered.toString('latin1', 0, end));
        buffered = buffered.subarray(end + 2);
        if (left === 0) break;
      }
      const bytes = buffered.subarray(0, left);
      if (bytes.length > 0) yield bytes;
      buffered = buffered.subarray(bytes.length);
      left -= bytes.length;
      if (left > 0) break;
      // The line end after the bytes: wait for both of its characters.
      if (buffered.length < 2) {
        left = -1;
        break;
      }
      buffered = buffered.subarray(2);
      left = undefined;
    }
  }
  if (left !== 0) throw new StoreError('IncompleteBody', INCOMPLETE);
}
