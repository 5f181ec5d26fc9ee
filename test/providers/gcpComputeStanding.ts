import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { MachineHost, MachineSpec } from '../../lab/machines/host.ts';
import type { Fetchable, WorkloadSpec } from '../../providers/spec.ts';
import type { Restore } from '../conformance/index.ts';

const PORT = 7001;
/** Tells what lies in its data, and what is kept beside it. */
const PROGRAM = `
const { readFileSync, readdirSync } = require('node:fs');
const { DATA, LISTEN } = process.env;
const [host, port] = LISTEN.split(':');
require('node:http').createServer((request, response) => {
  const kept = readdirSync(DATA + '/..').filter((name) => name.startsWith('orders.kept-'));
  let data = 'none';
  try { data = readFileSync(DATA + '/recovery-point', 'utf8'); } catch {}
  response.end(JSON.stringify({ data, kept }));
}).listen(port, host);
`;

/** Of a standing thing that runs in earnest, on one machine. */
export const STANDING_SPEC: Partial<WorkloadSpec> = {
  replicas: 1,
  boot: ['node', '-e', PROGRAM],
  ports: { http: PORT },
  env: { LISTEN: '${self.listen.http}', DATA: '${self.data.orders}' },
  secrets: {},
};

/** Machines of this name run; of all others only the API says so. */
export function onlyFor(name: string, machines: MachineHost): MachineHost {
  const isOurs = (id: string): boolean => id.startsWith(name);
  return {
    boot: (machine: MachineSpec) => isOurs(machine.id) && machines.boot(machine),
    stop: async (id, how) => (isOurs(id) ? machines.stop(id, how) : undefined),
    start: (id) => isOurs(id) && machines.start(id),
    remove: async (id) => (isOurs(id) ? machines.remove(id) : undefined),
  };
}

export interface RestoreStore {
  readonly files: Readonly<Record<string, Fetchable>>;
  close(): Promise<void>;
}

/** A store with one recovery point. */
export async function startRestoreStore(): Promise<RestoreStore> {
  const content = `orders of ${crypto.randomUUID()}`;
  const server = createServer((_, response) => void response.end(content));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return {
    files: { orders: { url: `http://127.0.0.1:${port}/orders?signature=ok`, sha256: createHash('sha256').update(content).digest('hex') } },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Asks the program on the machine itself. */
export function restoreAt(address: () => Promise<string>, files: RestoreStore['files']): Restore & { boots(): Promise<boolean> } {
  const ask = async (): Promise<{ data: string; kept: string[] } | undefined> => {
    const answer = await fetch(`http://${await address()}:${PORT}/`, { signal: AbortSignal.timeout(1000) }).catch(() => undefined);
    return answer?.json() as Promise<{ data: string; kept: string[] } | undefined>;
  };
  const within = async (seconds: number, holds: (told: { data: string; kept: string[] }) => boolean): Promise<boolean> => {
    for (const end = Date.now() + seconds * 1000; Date.now() < end; await sleep(100)) {
      const told = await ask();
      if (told && holds(told)) return true;
    }
    return false;
  };
  const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
  return {
    files,
    boots: () => within(20, () => true),
    serves: () => within(3, () => true),
    restored: () => within(20, ({ data }) => sha256(data) === files.orders?.sha256),
    kept: () => within(20, ({ kept }) => kept.length > 0),
  };
}
