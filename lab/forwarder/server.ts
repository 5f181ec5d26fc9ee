import { once } from 'node:events';
import { isIPv6 } from 'node:net';
import { adminServer } from './admin.ts';
import { type Address, Proxy } from './proxy.ts';
import { State } from './state.ts';

export interface ForwarderOptions {
  /** Where the routes are kept; the next process with the same file has the same routes and versions. */
  readonly state: string;
  readonly admin: Address;
  /** Route name to where clients connect. One that the state does not know starts without targets. */
  readonly routes: Readonly<Record<string, Address>>;
  /** Of a route that the state does not know; default 0. */
  readonly ttlSeconds?: number;
}

export interface RunningForwarder {
  readonly admin: string;
  /** Route name to the URL of its door. */
  readonly routes: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

/** The lab's route: what clients connect to, switched from outside by compare-and-set. Port 0 = any free one. */
export async function startForwarder({ state: path, admin, routes, ttlSeconds = 0 }: ForwarderOptions): Promise<RunningForwarder> {
  const state = new State(path);
  const proxies = new Map<string, Proxy>();
  const server = adminServer(state, proxies);
  const close = async (): Promise<void> => {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeAllConnections();
    await Promise.all([closed, ...[...proxies.values()].map((proxy) => proxy.close())]);
  };
  const urls: Record<string, string> = {};
  try {
    for (const [name, address] of Object.entries(routes)) {
      const { targets } = state.get(name) ?? state.set(name, { targets: [], ttlSeconds }, undefined) ?? { targets: [] };
      const proxy = new Proxy(targets);
      urls[name] = urlOf({ ...address, port: await proxy.listen(address) });
      proxies.set(name, proxy);
    }
    server.listen(admin.port, admin.host);
    await once(server, 'listening');
  } catch (error) {
    await close();
    throw error;
  }
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error(`${admin.host} gave no port`);
  return { admin: urlOf({ ...admin, port: address.port }), routes: urls, close };
}

function urlOf({ host, port }: Address): string {
  return `http://${isIPv6(host) ? `[${host}]` : host}:${port}`;
}
