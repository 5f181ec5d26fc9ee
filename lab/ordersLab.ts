import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { freePorts } from './freePorts.ts';
import { drillName, makeOrdersProject, type OrdersPlaces } from './ordersProject.ts';
import { startProgram, type Started } from './spawn.ts';

export interface OrdersLab {
  /** The folder with muster.yaml. */
  readonly project: string;
  /** Name of the first of its drills. */
  readonly drill: string;
  readonly storeUrl: string;
  readonly routeUrl: string;
  readonly drillRouteUrl: string;
  /** Where clients reach the copies of the example, by name. */
  readonly copyUrls: Readonly<Record<string, string>>;
  readonly adminUrl: string;
  readonly pids: readonly number[];
  stop(): Promise<void>;
}

export interface OrdersLabOptions extends Pick<OrdersPlaces, 'backupEvery' | 'objectives' | 'edits' | 'sites' | 'pairs'> {
  /** Names of more workloads like the example. */
  readonly copies?: readonly string[];
}

/** What belongs to neither site, on loopback: the store, the forwarder that clients connect to, and the project that names them. */
export async function startOrdersLab(folder: string, options: OrdersLabOptions = {}): Promise<OrdersLab> {
  await mkdir(folder, { recursive: true });
  const [storePort = 0, adminPort = 0, routePort = 0, drillPort = 0] = await freePorts([7320, 7310, 7300, 7301]);
  const names = options.copies ?? [];
  const copyPorts = await freePorts(names.flatMap(() => [0, 0]));
  const copies = names.map((name, index) => ({
    name,
    routeUrl: `http://127.0.0.1:${copyPorts[2 * index]}`,
    drillRouteUrl: `http://127.0.0.1:${copyPorts[2 * index + 1]}`,
  }));
  const store = await startProgram<{ url: string }>('lab/store/main.ts', ['--dir', join(folder, 'store'), '--port', String(storePort), '--bucket', 'muster'], {
    log: join(folder, 'store.log'),
  });
  const started: Started<unknown>[] = [store];
  try {
    const routeUrl = `http://127.0.0.1:${routePort}`;
    const drillRouteUrl = `http://127.0.0.1:${drillPort}`;
    const adminUrl = `http://127.0.0.1:${adminPort}`;
    const all = [{ name: 'orders', routeUrl, drillRouteUrl }, ...copies];
    const routes = all.flatMap((each) => [
      '--route',
      `${each.name}=${new URL(each.routeUrl).host}`,
      '--route',
      `${each.name}-drill=${new URL(each.drillRouteUrl).host}`,
    ]);
    started.push(
      await startProgram('lab/forwarder/main.ts', ['--admin', `127.0.0.1:${adminPort}`, '--state', join(folder, 'forwarder.json'), ...routes], {
        log: join(folder, 'forwarder.log'),
      }),
    );
    const storeUrl = `http://127.0.0.1:${storePort}`;
    const project = join(folder, 'project');
    const { files, key } = await makeOrdersProject({ ...options, copies, folder: project, storeUrl, adminUrl, routeUrl, drillRouteUrl });
    const answer = await fetch(`${storeUrl}/muster/${key}`, { method: 'PUT', body: Buffer.from(files) });
    if (!answer.ok) throw new Error(`the store answered ${answer.status} to ${key}`);
    return {
      project,
      drill: drillName(options.pairs?.[0]),
      storeUrl,
      routeUrl,
      drillRouteUrl,
      copyUrls: Object.fromEntries(copies.map((each) => [each.name, each.routeUrl])),
      adminUrl,
      pids: started.map(({ pid }) => pid),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }

  async function stop(): Promise<void> {
    for (const each of started.toReversed()) await each.stop();
  }
}
