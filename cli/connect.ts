import { Client, Connection } from '@temporalio/client';
import { temporalAddress } from '../worker/config.ts';
import { UserError } from './errors.ts';

export interface Connected {
  readonly client: Client;
  readonly address: string;
  readonly namespace: string;
  close(): Promise<void>;
}

/** The Temporal server of `temporal.toml` or TEMPORAL_ADDRESS; by default the development server of `muster up`. */
export async function connect(): Promise<Connected> {
  const { options, address, namespace } = temporalAddress();
  try {
    const connection = await Connection.connect({ ...options.connectionOptions, address, connectTimeout: 5000 });
    return { client: new Client({ connection, namespace }), address, namespace, close: () => connection.close() };
  } catch {
    throw new UserError(`no Temporal server at ${address}; start one with: npx muster up (or set TEMPORAL_ADDRESS)`);
  }
}
