import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { type DevServer, startDevServer } from '../cli/devServer.ts';
import { endOutside } from './endOutside.ts';
import { freePorts } from './freePorts.ts';
import type { OrdersLab, OrdersLabOptions } from './ordersLab.ts';
import { INSTALLATION, ON_PREM, type Pair } from './ordersProject.ts';
import { type LabSites, startSites } from './sites.ts';
import { startProgram, type Started } from './spawn.ts';
import { clearSites } from './standing.ts';

export interface StandOptions extends Omit<OrdersLabOptions, 'sites' | 'pairs'> {
  /** Where the drill goes from and to, if not between the example's own sites. */
  readonly pair?: Pair;
  readonly folder: string;
  /** Wanted ports of server and UI; others are taken when these are not free. */
  readonly ports?: readonly [number, number];
  /** Another program as worker, such as one that can be made to crash. */
  readonly workerScript?: string;
  readonly workerEnv?: Readonly<Record<string, string>>;
}

/** Everything that a drill of the example needs, on this machine: server, worker, store, route and two sites, which may be clouds of the lab. */
export interface Stand {
  readonly folder: string;
  readonly stateFolder: string;
  readonly lab: OrdersLab;
  /** Those that its drill goes from or to. */
  readonly clouds: LabSites['clouds'];
  readonly client: Client;
  readonly server: DevServer;
  worker: Started<{ pid: number }>;
  startWorker(): Promise<void>;
  /** SIGKILL and start again on the same history. */
  restartServer(): Promise<void>;
  /** What `TEMPORAL_ADDRESS` and `TEMPORAL_NAMESPACE` must be for the command line. */
  readonly env: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

const NAMESPACE = 'drills';

export async function startStand(options: StandOptions): Promise<Stand> {
  const { folder } = options;
  const stateFolder = join(folder, 'state');
  const [port = 0, uiPort = 0] = await freePorts(options.ports ?? [0, 0]);
  const serverOptions = { folder: join(folder, 'temporal'), port, uiPort, namespace: NAMESPACE };
  let server = await startDevServer(serverOptions);
  const env = { TEMPORAL_ADDRESS: server.address, TEMPORAL_NAMESPACE: NAMESPACE };
  const ends: (() => Promise<unknown>)[] = [() => server.stop()];
  const stop = async () => {
    for (const end of ends.toReversed()) await end();
    ends.length = 0;
  };
  try {
    const { pair, ...rest } = options;
    const { lab, clouds, environment, stop: stopSites } = await startSites(folder, { ...rest, ...(pair && { pairs: [pair] }) });
    ends.push(
      stopSites,
      () => clearSites(stateFolder, ON_PREM, INSTALLATION),
      () => endOutside(stateFolder),
    );
    const worker = () =>
      startProgram<{ pid: number }>(options.workerScript ?? 'worker/main.ts', ['--project', lab.project, '--state', stateFolder], {
        log: join(folder, 'worker.log'),
        env: { ...env, ...environment, ...options.workerEnv },
      });
    const connection = await Connection.connect({ address: server.address });
    ends.push(() => connection.close());
    const stand: Stand = {
      folder,
      stateFolder,
      lab,
      clouds,
      client: new Client({ connection, namespace: NAMESPACE }),
      get server() {
        return server;
      },
      worker: await worker(),
      env,
      async startWorker() {
        stand.worker = await worker();
      },
      async restartServer() {
        process.kill(server.pid, 'SIGKILL');
        await server.stop();
        server = await startDevServer(serverOptions);
      },
      stop,
    };
    ends.push(() => stand.worker.stop());
    return stand;
  } catch (error) {
    await stop();
    throw error;
  }
}
