import { request } from 'node:http';
import { type Readable } from 'node:stream';
import { json } from 'node:stream/consumers';
import { z } from 'zod';

const answer = z.object({ type: z.string(), error: z.string().nullish(), operation: z.string().nullish(), metadata: z.unknown() });
const ended = z.object({ status_code: z.number(), err: z.string(), metadata: z.unknown() });

/** One request at a daemon's socket, its operation awaited. A stream is sent as it comes. Returns what was answered, or what came of it. */
export async function ask(socketPath: string, method: string, path: string, body?: unknown, upload?: Readable): Promise<unknown> {
  const response = await new Promise<Readable>((resolve, reject) => {
    const sent = request({ socketPath, method, path, headers: { 'content-type': upload ? 'application/octet-stream' : 'application/json' } }, resolve);
    sent.on('error', reject);
    if (upload) upload.pipe(sent);
    else sent.end(body === undefined ? undefined : JSON.stringify(body));
  });
  const { type, error, operation, metadata } = answer.parse(await json(response));
  if (type === 'error') throw new Error(`${method} ${path}: ${error ?? 'an error without words'}`);
  if (!operation) return metadata;
  const result = ended.parse(await ask(socketPath, 'GET', `${operation}/wait`));
  if (result.status_code !== 200) throw new Error(`${method} ${path}: ${result.err}`);
  return result.metadata;
}
