import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CloudName, CLOUDS } from '../../lab/clouds/cloud.ts';
import { type BareCloud, startBareCloud } from '../bench/fanout/bareCloud.ts';
import { type Ground, startGround } from '../bench/fanout/ground.ts';
import { type Sites, startWorker } from '../bench/fanout/worker.ts';
import { examine, LOCAL } from '../bench/fanout/workersOfOneVendor.ts';

/** Whose package it is that a module belongs to. */
const OF: Readonly<Record<CloudName, RegExp>> = {
  aws: /\/node_modules\/(@aws-sdk|@aws-crypto|@aws|@smithy)\//,
  gcp: /\/node_modules\/(@google-cloud|google-gax|google-auth-library|gaxios|gtoken|gcp-metadata|proto3-json-serializer)\//,
  azure: /\/node_modules\/(@azure|@azure-rest|@typespec)\//,
};

describe('a worker', () => {
  let folder: string;
  let ground: Ground;
  const clouds = new Map<CloudName, BareCloud>();

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lazy-'));
    ground = await startGround(folder);
    for (const name of CLOUDS) clouds.set(name, await startBareCloud(name, join(folder, name)));
  });
  afterAll(async () => {
    await Promise.all([...clouds.values()].map((cloud) => cloud.stop()));
    await ground?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  /** How many modules of each vendor a worker has loaded that opened these sites and read from each. */
  const loadedBy = async (name: string, sites: Sites): Promise<Readonly<Record<CloudName, number>>> => {
    const list = join(folder, `${name}.loaded`);
    const preload = new URL('loadedFiles.ts', import.meta.url).href;
    const worker = await startWorker(join(folder, `with-${name}`), ground, sites, { LOADED_FILES: list, NODE_OPTIONS: `--import ${preload}` });
    try {
      await examine(ground);
    } finally {
      await worker.stop();
    }
    const loaded = new Set((await readFile(list, 'utf8')).split('\n'));
    // What it surely has loaded is seen: the list is whole.
    for (const own of ['/worker/main.ts', '/providers/registry.ts', '/node_modules/@temporalio/worker/lib/worker.js'])
      expect([...loaded].some((url) => url.endsWith(own))).toBe(true);
    const count = (vendor: CloudName): number => [...loaded].filter((url) => OF[vendor].test(url)).length;
    return { aws: count('aws'), gcp: count('gcp'), azure: count('azure') };
  };

  it('loads no SDK for a site of this machine', async () => {
    expect(await loadedBy('local', { local: LOCAL })).toEqual({ aws: 0, gcp: 0, azure: 0 });
  });

  it.each(CLOUDS)('loads for a site of %s that SDK and no other', async (name) => {
    const cloud = clouds.get(name);
    if (!cloud) throw new Error(`there is no ${name}`);
    const loaded = await loadedBy(name, { [name]: cloud });
    expect(loaded).toEqual({ aws: 0, gcp: 0, azure: 0, [name]: loaded[name] });
    expect(loaded[name]).toBeGreaterThan(10);
  });
});
