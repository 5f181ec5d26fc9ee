import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { startDevServer } from '../../../cli/devServer.ts';
import { startForwarder } from '../../../lab/forwarder/server.ts';
import { freePorts } from '../../../lab/freePorts.ts';
import { ROUTE } from './names.ts';

const NAMESPACE = 'drills';

/** What all runs of the product stand on: a development server and a route. */
export interface Ground {
  readonly client: Client;
  /** An entry under `routes` of muster.yaml. */
  readonly route: Readonly<Record<string, unknown>>;
  /** For the product's worker. */
  readonly env: { readonly TEMPORAL_ADDRESS: string; readonly TEMPORAL_NAMESPACE: string };
  stop(): Promise<void>;
}

export async function startGround(folder: string): Promise<Ground> {
  const ends: (() => Promise<unknown>)[] = [];
  const stop = async (): Promise<void> => {
    for (const end of ends.splice(0).toReversed()) await end();
  };
  try {
    const [port = 0, uiPort = 0] = await freePorts([0, 0]);
    const server = await startDevServer({ folder: join(folder, 'temporal'), port, uiPort, namespace: NAMESPACE });
    ends.push(() => server.stop());
    const anywhere = { host: '127.0.0.1', port: 0 };
    const forwarder = await startForwarder({ state: join(folder, 'forwarder.json'), admin: anywhere, routes: { [ROUTE]: anywhere } });
    ends.push(() => forwarder.close());
    const connection = await Connection.connect({ address: server.address });
    ends.push(() => connection.close());
    return {
      client: new Client({ connection, namespace: NAMESPACE }),
      route: { driver: 'forwarder', admin: forwarder.admin, url: forwarder.routes[ROUTE] },
      env: { TEMPORAL_ADDRESS: server.address, TEMPORAL_NAMESPACE: NAMESPACE },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
