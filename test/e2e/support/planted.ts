import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Stand } from '../../../lab/stand.ts';
import { localConfig, localDriver } from '../../../providers/local/index.ts';
import { Provider } from '../../../providers/provider.ts';
import type { ResourceId, Specs } from '../../../providers/spec.ts';
import { everyProcess } from '../../crash/processes.ts';

const SPEC: Specs['workload'] = {
  workload: 'orders',
  component: 'db',
  image: 'host',
  boot: ['sleep', '600'],
  replicas: 1,
  size: { cpu: 0.1, memoryBytes: 2 ** 20, arch: ['amd64'] },
  ports: {},
  env: {},
  secrets: {},
  data: {},
  network: 'site',
};

export interface Planted {
  /** Whether its process and its directory are there. */
  isThere(): boolean;
  remove(): Promise<void>;
}

/** A thing at a site of the stand, made through the driver as a run makes it: with this installation's and this run's mark on it. */
export async function plant({ stateFolder }: Stand, site: string, installation: string, run: string): Promise<Planted> {
  const root = join(stateFolder, 'sites', site);
  const provider = new Provider(localDriver({ site, root, installation, config: localConfig.parse({ provider: 'local' }) }));
  const id: ResourceId = { owner: { installation, run, expires: new Date(Date.now() - 1000).toISOString() }, role: 'orders/db', generation: 1 };
  const signal = AbortSignal.timeout(60_000);
  await provider.ensure('workload', id, SPEC, SPEC, signal);
  const directory = join(root, installation, run, 'orders.db-g1');
  const lives = () =>
    everyProcess().some(({ command, env }) => command === 'sleep 600' && env['MUSTER_INSTALLATION'] === installation && env['MUSTER_RUN'] === run);
  for (const end = performance.now() + 30_000; !lives(); await sleep(100)) {
    if (performance.now() > end) throw new Error(`nothing runs for ${directory} after 30 s`);
  }
  return {
    isThere: () => lives() && existsSync(directory),
    async remove() {
      while (await provider.observe('workload', id, signal)) {
        await provider.remove('workload', id, signal);
        await sleep(100);
      }
    },
  };
}

/** Looks as much like a thing of that run as it can without its mark: a process of the same program in the site's directory, and a directory in the run's. */
export function plantLookAlikes({ stateFolder }: Stand, site: string, installation: string, run: string): Planted {
  const root = join(stateFolder, 'sites', site);
  const directory = join(root, installation, run, 'orders.api-g1', '0', 'data');
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, 'orders.jsonl'), '{"precious":true}\n');
  const env = { PATH: process.env['PATH'], MUSTER_TEST: process.env['MUSTER_TEST'], MUSTER_SITE: site, MUSTER_ROLE: 'orders/db', MUSTER_RUN: run };
  const child: ChildProcess = spawn('sleep', ['600'], { cwd: root, env, stdio: 'ignore' });
  return {
    isThere: () => child.exitCode === null && child.signalCode === null && existsSync(join(directory, 'orders.jsonl')),
    async remove() {
      child.kill('SIGKILL');
    },
  };
}
