import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { expect, it } from 'vitest';
import { marathon } from '../../providers/marathon/client.ts';
import { definitionOf } from '../../providers/marathon/definition.ts';
import { marathonConfig } from '../../providers/marathon/config.ts';
import { Pace } from '../../providers/pace.ts';
import type { WorkloadSpec } from '../../providers/spec.ts';
import { marathonSpec } from './marathonHarness.ts';

const config = marathonConfig.parse({ provider: 'marathon', endpoint: 'http://127.0.0.1:9' });
const site = { name: 'dcos', config, marathon: marathon(config.endpoint, { pace: new Pace(1), authorization: async () => undefined }) };
const runnable = z.object({ cmd: z.string(), env: z.record(z.string(), z.string()) });

function taskOf(spec: WorkloadSpec): z.infer<typeof runnable> {
  const id = { owner: { installation: 'acme', run: '0123456789abcdef', expires: 'never' }, role: 'orders/api', generation: 1 };
  return runnable.parse(definitionOf(site, id, spec, { signal: AbortSignal.timeout(1000), token: '', digest: 'd' }));
}

/** As the executor of Mesos does it: `/bin/sh -c`, in a sandbox. */
async function started(spec: WorkloadSpec) {
  const sandbox = await mkdtemp(join(tmpdir(), 'muster-sandbox-'));
  const { cmd, env } = taskOf(spec);
  const task = spawn('/bin/sh', ['-c', cmd], { cwd: sandbox, env: { PATH: process.env.PATH, MESOS_SANDBOX: sandbox, ...env }, stdio: 'ignore' });
  return { sandbox, task, ended: once(task, 'exit') };
}

async function read(path: string): Promise<string> {
  for (let tries = 0; tries < 400; tries++) {
    const text = await readFile(path, 'utf8').catch(() => '');
    if (text.endsWith('\n')) return text;
    await sleep(50);
  }
  throw new Error(`${path} was never written`);
}

function runs(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

it('boots its program in the sandbox of a task with its secrets, and ends it with the task', async () => {
  const boot = ['/bin/sh', '-c', 'echo "$$ $TOKEN $LISTEN ${MUSTER_BOOT_SCRIPT:-none}" > ../said; exec sleep 600'];
  const { sandbox, task, ended } = await started(marathonSpec({ boot, ports: { http: 7001 } }));
  try {
    const [pid, ...said] = (await read(join(sandbox, 'muster/said'))).trim().split(' ');
    expect(said).toEqual(['hunter2', '0.0.0.0:7001', 'none']);
    expect(runs(Number(pid))).toBe(true);
    task.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
    expect(runs(Number(pid))).toBe(false);
  } finally {
    task.kill('SIGKILL');
    await rm(sandbox, { recursive: true, force: true });
  }
});

it('ends as failed when the boot fails, so that Marathon says so', async () => {
  const files = { url: 'http://127.0.0.1:9/none.tgz', sha256: '0'.repeat(64) };
  const folder = await mkdtemp(join(tmpdir(), 'muster-tools-'));
  // What cannot be fetched is tried for a minute; a `curl` that gives something else says so at once.
  await writeFile(join(folder, 'curl'), '#!/bin/sh\nwhile [ $# -gt 0 ]; do [ "$1" = -o ] && echo other > "$2"; shift; done\n', { mode: 0o755 });
  const path = process.env.PATH;
  process.env.PATH = `${folder}:${path}`;
  const { sandbox, task, ended } = await started(marathonSpec({ files }));
  process.env.PATH = path;
  try {
    expect(await ended).toEqual([1, null]);
  } finally {
    task.kill('SIGKILL');
    await rm(sandbox, { recursive: true, force: true });
    await rm(folder, { recursive: true });
  }
});
