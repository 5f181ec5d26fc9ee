import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { isIPv6 } from 'node:net';
import { addressOf } from './address.ts';
import { Buckets } from './buckets.ts';
import { STATUS, StoreError } from './errors.ts';
import { handle } from './handle.ts';
import { errorXml } from './xml.ts';

export interface StoreOptions {
  /** Where the objects lie. One process at a time; the next one with the same directory has the same objects. */
  readonly dir: string;
  /** Default 127.0.0.1; several share the port. */
  readonly host?: string | readonly string[];
  /** Default: any free one. */
  readonly port?: number;
  /** Made when they are not there. */
  readonly buckets?: readonly string[];
}

export interface RunningStore {
  /** Of the first host, without a slash at the end. */
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

/**
 * A small S3 for the lab: path style; GET, HEAD, PUT with conditions, DELETE, ListObjectsV2. It does NOT check
 * signatures: whoever reaches the port may read and write everything.
 */
export async function startStore({ dir, host = '127.0.0.1', port = 0, buckets: names = [] }: StoreOptions): Promise<RunningStore> {
  const buckets = new Buckets(dir);
  for (const name of names) buckets.make(addressOf(`/${name}`).bucket);
  const hosts = typeof host === 'string' ? [host] : host;
  const servers: Server[] = [];
  const close = async (): Promise<void> => {
    await Promise.all(servers.map(stop));
  };
  let bound = port;
  try {
    for (const each of hosts) {
      const server = createServer((request, response) => void answer(buckets, request, response));
      // Longer than clients keep an idle connection: the side that does not send must not be the one that closes.
      server.keepAliveTimeout = 65_000;
      bound = await listen(server, each, bound);
      servers.push(server);
    }
  } catch (error) {
    await close();
    throw error;
  }
  const first = hosts[0] ?? '127.0.0.1';
  return { url: `http://${isIPv6(first) ? `[${first}]` : first}:${bound}`, port: bound, close };
}

async function answer(buckets: Buckets, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = request.url ?? '/';
  try {
    await handle(buckets, addressOf(url), request, response);
  } catch (error) {
    if (response.headersSent || response.destroyed) {
      response.destroy();
      return;
    }
    const shown = error instanceof StoreError ? error : new StoreError('InternalError', error instanceof Error ? error.message : String(error));
    const body = errorXml(shown, url.split('?')[0] ?? url);
    response.writeHead(STATUS[shown.code], { 'content-type': 'application/xml', 'content-length': Buffer.byteLength(body) });
    response.end(request.method === 'HEAD' ? undefined : body);
  }
}

async function listen(server: Server, host: string, port: number): Promise<number> {
  server.listen(port, host);
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error(`${host} gave no port`);
  return address.port;
}

function stop(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
