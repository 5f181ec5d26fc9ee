import http, { type IncomingHttpHeaders } from 'node:http';
import https from 'node:https';

export interface Request {
  readonly method: string;
  readonly url: string;
  readonly timeoutSeconds: number;
  readonly maxBytes: number;
  /** Sent as JSON. */
  readonly body?: object;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** False when the answer was longer than `maxBytes`: the rest was not read. */
  readonly whole: boolean;
}

/**
 * One request as a new client would make it: new name look-up, new connection, no redirect followed. The time-out covers look-up, connection,
 * headers and body. Rejects with one line that names no URL (its query may hold a secret).
 */
export function exchange(request: Request, signal?: AbortSignal): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  let stage = 'no connection';
  const url = new URL(request.url);
  const body = request.body && JSON.stringify(request.body);
  const outgoing = (url.protocol === 'https:' ? https : http).request(url, {
    method: request.method,
    agent: false,
    headers: {
      'user-agent': 'muster',
      accept: '*/*',
      connection: 'close',
      ...(body && { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
    },
  });
  const fail = (error: Error): void => {
    outgoing.destroy();
    reject(error);
  };
  const timer = setTimeout(() => fail(new Error(`${stage} within ${request.timeoutSeconds} s`)), request.timeoutSeconds * 1000);
  const abort = (): void => fail(new Error('stopped asking'));
  signal?.addEventListener('abort', abort);

  outgoing.on('socket', (socket) => socket.on('connect', () => (stage = 'no answer')));
  outgoing.on('error', (error) => fail(new Error(reasonOf(error))));
  outgoing.on('response', (incoming) => {
    stage = 'answer not complete';
    const { statusCode: status = 0, headers } = incoming;
    const chunks: Buffer[] = [];
    let size = 0;
    incoming.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      size += chunk.length;
      if (size <= request.maxBytes) return;
      resolve({ status, headers, body: Buffer.concat(chunks).subarray(0, request.maxBytes), whole: false });
      outgoing.destroy();
    });
    incoming.on('end', () => resolve({ status, headers, body: Buffer.concat(chunks), whole: true }));
    incoming.on('error', () => fail(new Error('answer broke off')));
  });
  outgoing.end(body);
  return promise.finally(() => {
    clearTimeout(timer);
    signal?.removeEventListener('abort', abort);
  });
}

/** With several addresses Node gives an AggregateError without a message. */
export function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return reasonOf(error.errors[0]);
  return (error instanceof Error ? error.message : String(error)).slice(0, 200);
}
