import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { z } from 'zod';
import { type CloudName, CLOUDS, type RunningCloud, startCloud } from '../../lab/clouds.ts';
import { ownRoot } from '../../lab/machines/ownRoot.ts';

const MAIN = fileURLToPath(new URL('main.ts', import.meta.url));
const SMALL = 'is gone after removal';

const STARTS = new Set(['RunInstances', 'compute.instances.bulkInsert', 'VirtualMachines_CreateOrUpdate']);

const folder = mkdtempSync(join(tmpdir(), 'live-'));
const clouds = new Map<CloudName, RunningCloud>();
const inventory = z.record(z.string(), z.array(z.string()));

interface Ended {
  readonly code: number;
  readonly said: string;
}

/** As `npm run test:live` starts it, where nobody sits at a terminal. */
function live(name: CloudName, ...args: readonly string[]): Promise<Ended> {
  const env = { ...process.env, ...clouds.get(name)?.environment };
  return new Promise((resolve) => {
    execFile(process.execPath, [MAIN, ...args], { env, timeout: 100_000 }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : typeof error.code === 'number' ? error.code : -1, said: stdout + stderr }),
    );
  });
}

function fileOf(name: CloudName, change: Readonly<Record<string, unknown>> = {}): string {
  const file = join(folder, `${name}-${Object.keys(change).join('-')}.yaml`);
  writeFileSync(file, stringify({ ...clouds.get(name)?.site, ...change }));
  return file;
}

async function seen(name: CloudName): Promise<{ readonly calls: number; readonly starts: number; readonly machines: readonly string[] }> {
  const at = clouds.get(name)?.admin;
  const calls = z.array(z.object({ call: z.string() })).parse(await (await fetch(`${at}/calls`)).json());
  const all = inventory.parse(await (await fetch(`${at}/inventory`)).json());
  const starts = calls.filter(({ call }) => STARTS.has(call)).length;
  return {
    calls: calls.length,
    starts,
    machines: [...(all['instances'] ?? []), ...(all['virtualMachines'] ?? [])].filter((each) => !each.includes('terminated')),
  };
}

describe.skipIf((await ownRoot()) === undefined)('a live run, against the clouds of the lab', () => {
  beforeAll(async () => {
    for (const name of CLOUDS) clouds.set(name, await startCloud(name, { folder: join(folder, name) }));
  });
  afterAll(async () => {
    for (const cloud of clouds.values()) await cloud.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it.each(CLOUDS)('says what it makes at %s and what that may cost, and without a yes it calls nothing', async (name) => {
    const before = await seen(name);
    const { code, said } = await live(name, name, '--site', fileOf(name));
    expect(code).toBe(2);
    expect(said).toMatch(/at most 12 machines at once, of type \S+, .* from image \S+/);
    expect(said).toMatch(/up to \d+\.\d\d US dollars: an estimate/);
    expect(said).toContain('--yes-spend-money');
    expect((await seen(name)).calls).toBe(before.calls);
  });

  it.each(CLOUDS)('with a yes it makes a machine at %s, and leaves nothing', async (name) => {
    const before = await seen(name);
    const { code, said } = await live(name, name, '--site', fileOf(name), '--only', SMALL, '--yes-spend-money');
    const after = await seen(name);
    expect(said).toContain('1 passed, 0 failed');
    expect(said).toContain('left behind: nothing');
    expect(code).toBe(0);
    expect(after.starts).toBe(before.starts + 1);
    expect(after.machines).toEqual(before.machines);
  });

  it('stops when its time is over, and takes away what it has made', async () => {
    const before = await seen('gcp');
    const { code, said } = await live('gcp', 'gcp', '--site', fileOf('gcp'), '--minutes', '0.2', '--yes-spend-money');
    const after = await seen('gcp');
    expect(said).toContain('0.2 minutes are over: the tests are stopped');
    expect(said).toContain('left behind: nothing');
    expect(code).toBe(1);
    expect(after.starts).toBeGreaterThan(before.starts);
    expect(after.machines).toEqual(before.machines);
  });

  it('starts no more machines at once than it may', async () => {
    const { code, said } = await live('gcp', 'gcp', '--site', fileOf('gcp'), '--only', 'keeps apart roles', '--instances', '4', '--yes-spend-money');
    expect(said).toMatch(/4 machines are there, and this live run may have 4 at once/);
    expect(said).toContain('left behind: nothing');
    expect(code).toBe(1);
  });

  it.each<[string, CloudName, () => readonly string[], RegExp]>([
    ['another provider than it says', 'aws', () => ['gcp', '--site', fileOf('aws')], /provider is aws-ec2, and gcp needs gcp-compute/],
    ['a file that is not there', 'aws', () => ['aws', '--site', join(folder, 'none.yaml')], /none\.yaml cannot be read/],
    ['a site that is none', 'aws', () => ['aws', '--site', fileOf('aws', { subnets: [] })], /subnets: /],
    ['no file', 'aws', () => ['aws'], /--site FILE/],
    ['no cloud', 'aws', () => ['--site', fileOf('aws')], /one of aws, gcp, azure/],
    ['a type without a price', 'aws', () => ['aws', '--site', fileOf('aws', { sizes: { 'conformance/one': 'p5.48xlarge' } })], /no price for p5\.48xlarge/],
    ['more machines than anybody wants', 'aws', () => ['aws', '--site', fileOf('aws'), '--instances', '500'], /--instances takes a number from 1 to 50/],
  ])('refuses %s, and calls nothing', async (_, name, args, why) => {
    const before = await seen(name);
    const { code, said } = await live(name, ...args(), '--yes-spend-money');
    expect(said).toMatch(why);
    expect(code).toBe(2);
    expect((await seen(name)).calls).toBe(before.calls);
  });
});
