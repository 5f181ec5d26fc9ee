import { once } from 'node:events';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';

/** A request on its way, to be changed in place. */
export interface Passing {
  readonly method: string;
  readonly url: URL;
  /** Undefined where it has none. */
  readonly body: Record<string, unknown> | undefined;
}

export interface Rewriting {
  readonly url: string;
  /** What is done to every request from now on. */
  rewrite: (passing: Passing) => void;
  stop(): Promise<void>;
}

/** A server before another one that hands on each request as `rewrite` leaves it, and its answer as it is. */
export async function startRewriting(target: string): Promise<Rewriting> {
  const server = createServer(async (request, response) => {
    try {
      const method = request.method ?? 'GET';
      const received = await text(request);
      const body: Record<string, unknown> | undefined = received === '' ? undefined : JSON.parse(received);
      const url = new URL(request.url ?? '/', target);
      rewriting.rewrite({ method, url, body });
      const answer = await fetch(url, {
        method,
        headers: { authorization: request.headers.authorization ?? '', 'content-type': 'application/json' },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' }).end(await answer.text());
    } catch {
      response.destroy();
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const rewriting: Rewriting = {
    url: `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`,
    rewrite: () => {},
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return rewriting;
}

/** Where something stands in a body, as `a.b.0`: every value, and every object that is empty. */
export function leavesOf(value: unknown, path: readonly string[] = []): (readonly string[])[] {
  if (typeof value !== 'object' || value === null || Object.keys(value).length === 0) return path.length === 0 ? [] : [path];
  return Object.entries(value).flatMap(([key, each]) => leavesOf(each, [...path, key]));
}

/** Takes it away: of a list the entry, of an object the key. */
export function dropAt(value: unknown, [key = '', ...rest]: readonly string[]): void {
  if (typeof value !== 'object' || value === null) return;
  if (rest.length > 0) dropAt(Reflect.get(value, key), rest);
  else if (Array.isArray(value)) value.splice(Number(key), 1);
  else Reflect.deleteProperty(value, key);
}
