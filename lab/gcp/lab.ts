import { once } from 'node:events';
import { createServer } from 'node:http';
import { type ReceivedCall, startAdmin } from '../admin.ts';
import { Faults } from '../faults.ts';
import type { MachineHost } from '../machines/host.ts';
import { holdAddresses } from './addresses.ts';
import { writeCredentialsFile } from './credentialsFile.ts';
import { imagesOf } from './images.ts';
import { Operations } from './operations.ts';
import { type Api, serve } from './serve.ts';
import { Timers } from './timers.ts';
import { type CredentialsKind, Tokens } from './tokens.ts';
import { CLOSED_TAG } from './views.ts';
import { networkName, subnetworkName, type World } from './world.ts';

export interface GcpLabOptions {
  readonly project?: string;
  readonly region?: string;
  readonly zones?: readonly string[];
  /** How long an operation takes; default 300. */
  readonly operationMs?: number;
  /** Where instances run. Without it they are only said to. */
  readonly machines?: MachineHost;
  readonly port?: number;
  /** Limits by metric, such as `{ CPUS: 8 }`. */
  readonly quotas?: Readonly<Record<string, number>>;
  /** How many instances a zone has room for. */
  readonly room?: Readonly<Record<string, number>>;
}

export interface GcpLab {
  /** Without a slash at the end. For the SDK: `apiEndpoint: host`, `port`, `protocol: 'http'`, `fallback: 'rest'`. */
  readonly url: string;
  readonly host: string;
  readonly port: number;
  readonly adminUrl: string;
  readonly faults: Faults;
  readonly calls: ReceivedCall[];
  readonly project: string;
  readonly region: string;
  readonly zones: readonly string[];
  /** Partial addresses, as requests take them. */
  readonly image: string;
  readonly network: string;
  readonly subnetwork: string;
  /** The network tag that firewall rules close in both directions. */
  readonly closedTag: string;
  /** Answers that were stopped because they do not fit Google's document. Anything here is a mistake of the lab. */
  readonly wrong: readonly string[];
  /**
   * For `GOOGLE_APPLICATION_CREDENTIALS`; `expired` are those whose tokens the API no longer takes. Google's libraries ask Resource
   * Manager, which is not here, for the project of such credentials: a client needs the option `projectId`, or GOOGLE_CLOUD_PROJECT.
   */
  credentialsFile(kind: CredentialsKind, folder: string): Promise<string>;
  /** Full names, sorted. */
  inventory(): Readonly<Record<'instances' | 'disks', readonly string[]>>;
  /** Also ends what runs on its instances. */
  stop(): Promise<void>;
}

/**
 * A Compute Engine of one project and one region, on loopback. Its routes, parameters, request and answer bodies are those of Google's
 * discovery document; what that does not say follows Google's pages, named where it stands.
 */
export async function startGcpLab({
  project = 'lab-project',
  region = 'europe-west4',
  zones = ['a', 'b', 'c'].map((letter) => `${region}-${letter}`),
  operationMs = 300,
  machines,
  port = 0,
  quotas = {},
  room = {},
}: GcpLabOptions = {}): Promise<GcpLab> {
  const timers = new Timers();
  const addresses = await holdAddresses();
  const world: World = {
    project,
    region,
    zones,
    operationMs,
    quotas,
    room,
    addresses,
    operations: new Operations(timers),
    images: imagesOf(project),
    instances: new Map(),
    disks: new Map(),
    ...(machines === undefined ? {} : { machines }),
  };
  const api: Api = { world, tokens: new Tokens(project), faults: new Faults(), calls: [], wrong: [], requests: new Map() };
  const server = createServer((request, response) => {
    serve(api, request, response).catch(() => response.destroy());
  });
  // A connection that ends while a client takes it up again would be a fault that nobody asked for.
  server.keepAliveTimeout = 600_000;
  try {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
  } catch (error) {
    await addresses.release();
    throw error;
  }
  const bound = server.address();
  const { port: at } = typeof bound === 'object' && bound ? bound : { port };
  const url = `http://127.0.0.1:${at}`;
  const inventory = () => ({ instances: [...world.instances.keys()].toSorted(), disks: [...world.disks.keys()].toSorted() });
  const { faults, calls, wrong, tokens } = api;
  const admin = await startAdmin({ faults, calls, inventory });
  return {
    url,
    host: '127.0.0.1',
    port: at,
    adminUrl: admin.url,
    faults,
    calls,
    project,
    region,
    zones,
    image: `projects/${project}/global/images/base-v2`,
    network: networkName(world),
    subnetwork: subnetworkName(world),
    closedTag: CLOSED_TAG,
    wrong,
    credentialsFile: (kind, folder) => writeCredentialsFile(kind, folder, tokens.subject(kind), `${url}/v1/token`),
    inventory,
    async stop() {
      timers.clear();
      server.closeAllConnections();
      server.close();
      await Promise.all([once(server, 'close'), admin.stop()]);
      await Promise.all([...world.instances.values()].map(({ machineId }) => machines?.remove(machineId)));
      // Last: another lab's machines may listen there from now on.
      await addresses.release();
    },
  };
}
