import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { MachineHost } from '../../lab/machines/host.ts';
import { Machines } from '../../lab/machines/machines.ts';
import { type RunningStore, startStore } from '../../lab/store/server.ts';
import type { Fetchable } from '../../providers/spec.ts';

/** Of a component's environment, for machines that are to run: an API alone is enough for the others. */
export const RUNS = { PLAYS: 'on a machine that runs' };

export interface AwsMachines {
  readonly host: MachineHost;
  /** A file for them to restore. */
  put(text: string): Promise<Fetchable>;
  /** A data set on the disks of all machines, by machine: its recovery point, and how many it has kept. */
  data(name: string): { readonly point: string | undefined; readonly kept: number }[];
  /** All that their consoles said. */
  console(): string;
  stop(): Promise<void>;
}

export async function startAwsMachines(): Promise<AwsMachines> {
  const folder = mkdtempSync(join(tmpdir(), 'ec2-'));
  const store: RunningStore = await startStore({ dir: join(folder, 'store'), buckets: ['dr'] });
  const root = '{root}/var/lib/muster';
  const machines = new Machines({
    folder: join(folder, 'machines'),
    bootSeconds: 0.1,
    image: {
      environment: { MUSTER_BOOT_LISTEN: '{address}', MUSTER_TEST: process.env.MUSTER_TEST ?? '' },
      shared: { environment: { MUSTER_BOOT_ROOT: root }, laterBoots: `root=${root}; export root; while :; do sh "$root/serve"; sleep 1; done` },
    },
  });
  const host: MachineHost = {
    boot: (machine) => (Buffer.from(machine.userData ?? []).includes(RUNS.PLAYS) ? machines.boot(machine) : undefined),
    stop: (id, how) => machines.stop(id, how),
    start: (id) => machines.start(id),
    remove: (id) => machines.remove(id),
  };
  const disks = (): string[] => machines.list().map(({ directory }) => join(directory, 'disk/var/lib/muster/data'));
  return {
    host,
    async put(text) {
      const sha256 = createHash('sha256').update(text).digest('hex');
      const url = `${store.url}/dr/${sha256}`;
      await fetch(url, { method: 'PUT', body: text });
      return { url, sha256 };
    },
    data: (name) =>
      disks().map((disk) => {
        const point = join(disk, name, 'recovery-point');
        const kept = existsSync(disk) ? readdirSync(disk).filter((each) => each.startsWith(`${name}.kept-`)) : [];
        return { point: existsSync(point) ? readFileSync(point, 'utf8') : undefined, kept: kept.length };
      }),
    console: () =>
      machines
        .list()
        .map(({ console }) => (existsSync(console) ? readFileSync(console, 'utf8') : ''))
        .join(''),
    async stop() {
      await machines.end();
      await store.close();
      rmSync(folder, { recursive: true });
    },
  };
}

/** Whether it becomes so within 20 s. */
export async function becomes(check: () => boolean | Promise<boolean>): Promise<boolean> {
  for (const end = performance.now() + 20_000; performance.now() < end; await sleep(50)) if (await check()) return true;
  return false;
}
