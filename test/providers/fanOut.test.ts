import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type CloudName, CLOUDS } from '../../lab/clouds/cloud.ts';
import type { Started } from '../../lab/spawn.ts';
import { Provider } from '../../providers/provider.ts';
import { openSite } from '../../providers/registry.ts';
import { type BareCloud, startBareCloud } from '../bench/fanout/bareCloud.ts';
import { type Ground, startGround } from '../bench/fanout/ground.ts';
import { type Half, idOf, make, remove } from '../bench/fanout/muster.ts';
import { INSTALLATION } from '../bench/fanout/names.ts';
import { startRemovals } from '../bench/fanout/removals.ts';
import { type Tally, tallyOf } from '../bench/fanout/tally.ts';
import { startWorker } from '../bench/fanout/worker.ts';

/** As many as the site with the most zones has, so that each zone has its share. */
const FEW = 3;
const MANY = 50;
const MOST_CALLS = 12;

/** How many requests start any number of replicas: one for each of its zones, or one for each machine where there is no call for many. */
const STARTS: Readonly<Record<CloudName, Readonly<Record<number, number>>>> = {
  aws: { [FEW]: 2, [MANY]: 2 },
  gcp: { [FEW]: 3, [MANY]: 3 },
  azure: { [FEW]: FEW, [MANY]: MANY },
};

/** Pages of each list that one look at all the machines that stand here takes. The labs' pages are as long as the clouds' own. */
const LOOK: Readonly<Record<CloudName, Readonly<Record<string, number>>>> = {
  aws: { DescribeInstances: 1 },
  gcp: { 'compute.instances.aggregatedList': 1 },
  azure: { VirtualMachines_List: 2, VirtualMachines_ListAll: 2, NetworkInterfaces_List: 2 },
};

/** Compute Engine has no list of operations for all zones that tells those of one request. */
const PER_LOOK: Readonly<Record<string, number>> = { 'compute.zoneOperations.list': 3 };
/** The engine looks every 100 ms; what removes looks too, and what was being made a moment ago is looked at twice. */
const LOOKS_PER_SECOND = 30;

interface Sizes {
  readonly few: Half;
  readonly many: Half;
}

/** One workload of few replicas and one of many, through the engine: what they cost at a cloud. */
interface Seen {
  readonly made: Sizes;
  readonly look: Tally;
  readonly removed: Sizes;
}

describe('replicas', () => {
  const ends: (() => Promise<unknown>)[] = [];
  const seen = new Map<CloudName, Seen>();

  beforeAll(async () => {
    const folder = await mkdtemp(join(tmpdir(), 'fan-out-'));
    ends.push(() => rm(folder, { recursive: true, force: true }));
    const ground = await startGround(folder);
    ends.push(() => ground.stop());
    const removals = await startRemovals(ground);
    ends.push(() => removals.stop());
    const clouds: BareCloud[] = [];
    for (const name of CLOUDS) {
      const cloud = await startBareCloud(name, join(folder, name));
      ends.push(() => cloud.stop());
      // The limit of calls a second is not what is looked at.
      clouds.push({ ...cloud, site: { ...cloud.site, requestsPerSecond: 1000 } });
    }
    const worker: Started<unknown> = await startWorker(join(folder, 'project'), ground, Object.fromEntries(clouds.map((cloud) => [cloud.name, cloud])));
    ends.push(() => worker.stop());
    for (const cloud of clouds) seen.set(cloud.name, await at(ground, cloud));
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    for (const end of ends.toReversed()) await end();
  });

  const of = (name: CloudName): Seen => {
    const found = seen.get(name);
    if (!found) throw new Error(`nothing was seen at ${name}`);
    return found;
  };

  it.each(CLOUDS)('at %s are started by as many requests as there are zones, where one request may start many', (name) => {
    const { few, many } = of(name).made;
    expect({ [FEW]: few.calls.by.start, [MANY]: many.calls.by.start }).toEqual(STARTS[name]);
  });

  it.each(['aws', 'gcp'] as const)(`at %s take at most ${MOST_CALLS} calls to start, polls aside`, (name) => {
    const { few, many } = of(name).made;
    for (const { calls } of [few, many]) expect(calls.all - calls.by.list).toBeLessThanOrEqual(MOST_CALLS);
  });

  it.each(CLOUDS)('at %s are looked at by one call for each list and page, however many they are', (name) => {
    const { look } = of(name);
    expect(look.names).toEqual(LOOK[name]);
  });

  it.each(CLOUDS)('at %s are never asked for one by one, nor listed more than once a look and page', (name) => {
    const { made, removed } = of(name);
    for (const { calls, seconds } of [made.few, made.many, removed.few, removed.many]) {
      expect(calls.by.get).toBe(0);
      const tooOften = Object.entries(calls.lists).filter(([list, times]) => times > calls.looks * (PER_LOOK[list] ?? 1));
      expect(tooOften).toEqual([]);
      expect(calls.looks).toBeLessThanOrEqual(6 + LOOKS_PER_SECOND * seconds);
      // Pages are 50 long at the least, and beside the many stand the few.
      expect(calls.morePages).toBeLessThanOrEqual(calls.by.list - calls.morePages);
    }
  });

  it('at AWS are removed by one call', () => {
    const { few, many } = of('aws').removed;
    expect([few.calls.by.remove, many.calls.by.remove]).toEqual([1, 1]);
  });

  it.each(['gcp', 'azure'] as const)('at %s are removed by one call for each, as there is none for many, and none twice', (name) => {
    const { few, many } = of(name).removed;
    expect([few.calls.by.remove, many.calls.by.remove]).toEqual([FEW, MANY]);
  });

  it.each(CLOUDS)('at %s leave as many events in the history, few or many', (name) => {
    const { made, removed } = of(name);
    expect(made.many.events).toBe(made.few.events);
    expect(removed.many.events).toBe(removed.few.events);
    expect(made.many.events).toBeLessThan(25);
  });
});

async function at(ground: Ground, cloud: BareCloud): Promise<Seen> {
  const made = { few: await make(ground, cloud, FEW), many: await make(ground, cloud, MANY) };
  const look = await lookAt(cloud);
  return { made, look, removed: { many: await remove(ground, cloud, MANY), few: await remove(ground, cloud, FEW) } };
}

/** One look of the adapter's at the many while the few stand beside them. */
async function lookAt(cloud: BareCloud): Promise<Tally> {
  for (const [name, value] of Object.entries(cloud.environment)) vi.stubEnv(name, value);
  const secret = async (reference: string): Promise<string> => cloud.environment[reference.slice('env:'.length)] ?? '';
  const provider = new Provider(
    await openSite({ ...cloud.site, provider: String(cloud.site.provider) }, { site: cloud.name, root: '', installation: INSTALLATION, secret }),
  );
  try {
    const look = () => provider.observe('workload', idOf(MANY), AbortSignal.timeout(30_000));
    // The first one fetches tokens.
    await look();
    await cloud.takeCalls();
    const observation = await look();
    if (observation?.phase !== 'ready' || !('endpoints' in observation.status) || observation.status.endpoints.http?.length !== MANY)
      throw new Error(`${cloud.name}: not all are seen: ${JSON.stringify(observation)}`);
    return tallyOf(await cloud.takeCalls());
  } finally {
    await provider.close();
  }
}
