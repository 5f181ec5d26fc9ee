import { createConnection } from 'node:net';
import { Client, Connection } from '@temporalio/client';
import { temporalAddress } from '../worker/config.ts';
import { UserError } from './errors.ts';

export interface Connected {
  readonly client: Client;
  readonly address: string;
  readonly namespace: string;
}

/** Work with the Temporal server of `temporal.toml` or TEMPORAL_ADDRESS; by default the development server of `muster up`. */
export async function withTemporal<T>(work: (connected: Connected) => Promise<T>): Promise<T> {
  const { connection, ...connected } = await connect();
  try {
    return await work(connected);
  } finally {
    await connection.close();
  }
}

async function connect(): Promise<Connected & { readonly connection: Connection }> {
  const { options, address, namespace } = temporalAddress();
  const nobody = () => new UserError(`no Temporal server at ${address}; start one with: npx muster up (or set TEMPORAL_ADDRESS)`);
  if (await refused(address)) throw nobody();
  try {
    const connection = await Connection.connect({ ...options.connectionOptions, address, connectTimeout: 5000 });
    return { connection, client: new Client({ connection, namespace }), address, namespace };
  } catch {
    throw nobody();
  }
}

/** Known at once, where the client would try again for seconds. */
async function refused(address: string): Promise<boolean> {
  const [, host = '', port = ''] = /^(.+):(\d{1,5})$/.exec(address) ?? [];
  if (host === '' || Number(port) > 65_535) return false;
  const socket = createConnection({ host: host.replace(/^\[|\]$/g, ''), port: Number(port), timeout: 1000 });
  return new Promise((resolve) => {
    const end = (is: boolean) => {
      socket.destroy();
      resolve(is);
    };
    socket.once('connect', () => end(false));
    socket.once('timeout', () => end(false));
    socket.once('error', (error: NodeJS.ErrnoException) => end(error.code === 'ECONNREFUSED'));
  });
}
