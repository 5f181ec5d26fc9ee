import { once } from 'node:events';
import { createServer } from 'node:http';
import { type ReceivedCall, startAdmin } from '../admin.ts';
import { Faults } from '../faults.ts';
import { Deployments } from './deployments.ts';
import { Scheduler } from './scheduler.ts';
import { type Api, serve } from './serve.ts';
import { Timers } from './timers.ts';
import { Views } from './views.ts';
import type { World } from './world.ts';

export interface MarathonLabOptions {
  /** How many machines the cluster has, and what each of them has; default 3 of 4 CPUs and 8192 MiB. */
  readonly agents?: number;
  readonly cpus?: number;
  readonly mem?: number;
  /** How long a task takes to run, to be seen healthy after that, and to end; default 60, 30 and 30. */
  readonly stageMs?: number;
  readonly healthMs?: number;
  readonly killMs?: number;
  /** By what `Authorization` says; default: nobody is asked. */
  readonly users?: Readonly<Record<string, 'read' | 'write'>>;
  /** Running at once; Marathon's own default is 100. */
  readonly mostDeployments?: number;
  readonly port?: number;
}

export interface MarathonLab {
  /** Without a slash at the end. */
  readonly url: string;
  readonly adminUrl: string;
  readonly faults: Faults;
  readonly calls: ReceivedCall[];
  /** Answers that do not fit Marathon's description. Anything here is a mistake of the lab. */
  readonly wrong: readonly string[];
  /** What was asked for in words that Marathon's description does not know. Anything here is a mistake of who asked. */
  readonly unheard: readonly string[];
  inventory(): Readonly<Record<'apps' | 'tasks' | 'deployments', readonly string[]>>;
  stop(): Promise<void>;
}

/**
 * A Marathon on loopback: its calls, their parameters, bodies and answers are those of Marathon's own RAML; what that does not say follows
 * its sources, named where it stands. Its tasks are only said to run. Changes of groups, pods, events and persistent volumes are not here.
 */
export async function startMarathonLab({
  agents = 3,
  cpus = 4,
  mem = 8192,
  stageMs = 60,
  healthMs = 30,
  killMs = 30,
  users,
  mostDeployments = 100,
  port = 0,
}: MarathonLabOptions = {}): Promise<MarathonLab> {
  const timers = new Timers();
  const world: World = {
    agents: Array.from({ length: agents }, (_, index) => ({ host: `agent-${index + 1}.lab`, cpus, mem })),
    apps: new Map(),
    versions: new Map(),
    tasks: new Map(),
    deployments: new Map(),
    stageMs,
    healthMs,
    killMs,
    mostDeployments,
  };
  const scheduler = new Scheduler(world, timers);
  let servicePort = 10_000;
  const api: Api = {
    faults: new Faults(),
    calls: [],
    wrong: [],
    unheard: [],
    users,
    base: { world, deployments: new Deployments(world, scheduler, timers), views: new Views(world, scheduler), nextPort: () => servicePort++ },
  };
  const server = createServer((request, response) => {
    serve(api, request, response).catch((error: unknown) => {
      api.wrong.push(String(error));
      response.destroy();
    });
  });
  // A connection that ends while a client takes it up again would be a fault that nobody asked for.
  server.keepAliveTimeout = 600_000;
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const bound = server.address();
  const inventory = () => ({
    apps: [...world.apps.keys()].toSorted(),
    tasks: [...world.tasks.keys()].toSorted(),
    deployments: [...world.deployments.keys()].toSorted(),
  });
  const { faults, calls, wrong, unheard } = api;
  const admin = await startAdmin({ faults, calls, inventory });
  return {
    url: `http://127.0.0.1:${typeof bound === 'object' && bound ? bound.port : port}`,
    adminUrl: admin.url,
    faults,
    calls,
    wrong,
    unheard,
    inventory,
    async stop() {
      timers.clear();
      server.closeAllConnections();
      server.close();
      await Promise.all([once(server, 'close'), admin.stop()]);
    },
  };
}
