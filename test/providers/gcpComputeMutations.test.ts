import { setTimeout as sleep } from 'node:timers/promises';
import type { protos } from '@google-cloud/compute';
import type { DisksClient } from '@google-cloud/compute/build/src/v1/disks_client.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MachineHost } from '../../lab/machines/host.ts';
import { routed } from '../../lab/gcp/routes.ts';
import { hashOf } from '../../providers/marks.ts';
import { RESTORE_ORDERS } from '../../providers/gcp-compute/restore.ts';
import { Provider } from '../../providers/provider.ts';
import type { PowerTarget, ResourceId, WorkloadSpec } from '../../providers/spec.ts';
import { userData } from '../../providers/userData.ts';
import { hex16 } from '../conformance/bench.ts';
import { rejection } from '../conformance/expect.ts';
import { type GcpBench, gcpDriver, gcpSpec, plantInstance, startGcpBench } from './gcpComputeHarness.ts';
import { dropAt, leavesOf, type Passing, type Rewriting, startRewriting } from './rewriting.ts';

type Instance = protos.google.cloud.compute.v1.IInstance;

const installation = `mutants-${hex16()}`;
const bystander = `bystander-${hex16()}`;
const files = { orders: { url: 'https://store.invalid/1?signature=ok', sha256: '1'.repeat(64) } };

let bench: GcpBench;
let proxy: Rewriting;
let provider: Provider;
const offs: { readonly id: string; readonly how: string }[] = [];

/** No machine runs; how they were stopped is noted. */
const noted: MachineHost = {
  boot() {},
  async stop(id, how) {
    offs.push({ id, how });
  },
  start() {},
  async remove() {},
};

beforeAll(async () => {
  bench = await startGcpBench({ operationMs: 20, machines: noted, zones: ['europe-west4-a', 'europe-west4-b'] });
  proxy = await startRewriting(bench.lab.url);
  provider = new Provider(gcpDriver(bench, installation, { endpoint: proxy.url, address: 'public', diskType: 'pd-balanced' }, 1));
  await plantInstance(bench, bystander);
  await provider.inspect(AbortSignal.timeout(60_000));
}, 60_000);
afterAll(async () => {
  await proxy.stop();
  await bench.stop();
});

const newId = (): ResourceId => ({ owner: { installation, run: hex16(), expires: 'never' }, role: 'orders/db', generation: 1 });

/** Counts looks, not seconds: on a machine that is busy a right adapter is no mutant. */
async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  for (let look = 0; look < 20; look++) {
    if (await holds()) return;
    await sleep(50);
  }
  throw new Error(`waited in vain: ${what}`);
}

const callOf = ({ method, url }: Passing): string => routed(method, url).id;

/** Everything that the adapter does, and what must come of it at Google. Rejects when it does not. */
async function life(patienceMs: number): Promise<void> {
  const [id, full] = [newId(), newId()];
  const { lab, sdk } = bench;
  const { project } = lab;
  const signal = AbortSignal.timeout(patienceMs);
  const spec = gcpSpec(bench, { secrets: {} });
  const ensure = (as: ResourceId, wanted: WorkloadSpec = spec) => provider.ensure('workload', as, wanted, wanted, signal);
  const instances = async () => {
    const found: Instance[] = [];
    for await (const [, { instances }] of sdk.instances.aggregatedListAsync({ project, filter: `labels.muster-id = "${hashOf(id)}"` }, { autoPaginate: false }))
      found.push(...(instances ?? []));
    return found;
  };
  const facts = async () =>
    (await instances()).map(({ name, zone, labels, tags, metadata, machineType, disks }) => ({
      name,
      zone: zone?.split('/').at(-1),
      labels,
      tags: tags?.items,
      metadata: metadata?.items?.map(({ key, value }) => [key, value]),
      machineType: machineType?.split('/').at(-1),
      disks: disks?.map(({ diskSizeGb, autoDelete, boot }) => ({ diskSizeGb, autoDelete, boot })),
    }));
  const rests = (power: string) => until(`power ${power}`, async () => (await provider.readPower({ id }, signal)).power === power);
  const put = async (to: PowerTarget, restore?: typeof files) => {
    const { version } = await provider.readPower({ id }, signal);
    await provider.writePower({ id }, to, version, signal, restore);
    await rests(to === 'cut' ? 'stopped' : to);
  };

  lab.faults.plant({
    call: 'compute.instances.bulkInsert',
    where: { 'instanceProperties.labels.muster-id': hashOf(full) },
    times: 'always',
    how: { kind: 'capacity' },
  });
  await ensure(full);
  await until('a zone without room is told', async () => {
    const seen = await provider.observe('workload', full, signal);
    return seen?.phase === 'failed' && seen.code === 'Capacity';
  });

  await ensure(id);
  await until('it is ready', async () => (await provider.observe('workload', id, signal))?.phase === 'ready');
  const made = await facts();
  const mark = { id, digest: expect.stringMatching(/^[0-9a-f]{64}$/), ports: spec.ports, replicas: 2 };
  const labels = { 'muster-installation': installation, 'muster-run': id.owner.run, 'muster-id': hashOf(id), 'muster-expires': 'never' };
  const script = userData(spec, { site: 'gcp', restoreOrders: RESTORE_ORDERS });
  expect(made).toEqual(
    [0, 1].map((replica) => ({
      name: `mu-${hashOf(id)}-${replica}`,
      zone: lab.zones[replica],
      labels,
      tags: ['app', 'dr'],
      metadata: [
        ['muster-mark', expect.any(String)],
        ['user-data', script],
      ],
      machineType: 'e2-micro',
      disks: [{ diskSizeGb: '11', autoDelete: true, boot: true }],
    })),
  );
  for (const { metadata } of made) expect(JSON.parse(metadata?.[0]?.[1] ?? '')).toEqual(mark);
  const disks = await Promise.all((await instances()).map(async ({ name, zone }) => diskOf(name ?? '', zone?.split('/').at(-1) ?? '')));
  expect(disks).toEqual([0, 1].map(() => ({ labels, type: 'pd-balanced' })));
  const found = await provider.list({ installation, run: id.owner.run }, signal);
  expect(found.map((each) => each.id)).toEqual([id]);
  expect((await ensure(id)).phase).toBe('ready');
  expect(await rejection(ensure(id, { ...spec, boot: ['false'] }))).toMatchObject({ code: 'Conflict' });

  await put('isolated');
  expect((await facts()).map(({ tags }) => tags)).toEqual([0, 1].map(() => [lab.closedTag, 'muster-was-app', 'muster-was-dr']));
  await put('running');
  expect(await facts()).toEqual(made);
  const before = offs.length;
  await put('cut');
  expect(offs.slice(before).map(({ how }) => how)).toEqual(['power', 'power']);
  await put('running', files);
  const order = `orders ${files.orders.sha256} ${files.orders.url}\n`;
  expect(await facts()).toEqual(made.map((each) => ({ ...each, metadata: [...(each.metadata ?? []), ['muster-restore', order]] })));
  const polite = offs.length;
  await put('stopped');
  expect(offs.slice(polite).map(({ how }) => how)).toEqual(['polite', 'polite']);

  await provider.remove('workload', id, signal);
  await until('it is gone', async () => (await provider.observe('workload', id, signal)) === undefined);
  const { instances: left, disks: kept } = lab.inventory();
  expect([...left, ...kept].filter((name) => name.includes(hashOf(id)) || name.includes(hashOf(full)))).toEqual([]);
  const [unmarked] = await sdk.instances.get({ project, zone: lab.zones[0] ?? '', instance: bystander });
  expect([unmarked.status, unmarked.tags?.items, unmarked.metadata?.items]).toEqual(['RUNNING', ['app'], []]);
}

let disksClient: DisksClient | undefined;

async function diskOf(name: string, zone: string): Promise<{ labels: unknown; type: string | undefined }> {
  const { DisksClient: Client } = await import('@google-cloud/compute/build/src/v1/disks_client.js');
  const at = new URL(bench.lab.url);
  disksClient ??= new Client({ fallback: true, authClient: bench.sdk.auth, protocol: 'http', apiEndpoint: at.hostname, port: Number(at.port) });
  const [{ labels, type }] = await disksClient.get({ project: bench.lab.project, zone, disk: name });
  return { labels, type: type?.split('/').at(-1) };
}

/** Why an adapter that sends this is found out; undefined when it is not. */
async function caught(rewrite: (passing: Passing) => void, patienceMs = 5_000): Promise<string | undefined> {
  proxy.rewrite = rewrite;
  try {
    await life(patienceMs);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    proxy.rewrite = () => {};
    bench.lab.faults.clear();
  }
}

/** Fields that may be left out, and why. */
const MAY_GO: Readonly<Record<string, string>> = {
  'compute.instances.aggregatedList ?maxResults': 'Google has a size of pages of its own',
  'compute.zoneOperations.list ?maxResults': 'Google has a size of pages of its own',
  'compute.zoneOperations.list ?filter': 'what the list gives is looked at again; the filter keeps it short',
  'compute.instances.bulkInsert instanceProperties.resourceManagerTags': 'the SDK says that there are none',
  'compute.instances.bulkInsert instanceProperties.disks.0.initializeParams.resourceManagerTags': 'the SDK says that there are none',
  'compute.instances.bulkInsert count': 'it is the number of names',
  'compute.instances.bulkInsert minCount': 'it is what count says, by default',
  'compute.instances.bulkInsert instanceProperties.networkInterfaces.0.accessConfigs.0.name': 'Google has a name for it',
  'compute.instances.bulkInsert instanceProperties.networkInterfaces.0.accessConfigs.0.type': 'there is one type',
};

describe('an adapter that leaves out a field of a request', () => {
  it('is found out, whatever the field', { timeout: 120_000 }, async () => {
    const sent = new Map<string, (passing: Passing) => void>();
    const whole = await caught((passing) => {
      const call = callOf(passing);
      for (const key of passing.url.searchParams.keys())
        if (!key.startsWith('$')) sent.set(`${call} ?${key}`, (other) => void (callOf(other) === call && other.url.searchParams.delete(key)));
      for (const path of leavesOf(passing.body)) {
        const name = path.join('.').replace(/mu-[0-9a-f]{32}-\d+/, 'NAME');
        sent.set(`${call} ${name}`, (other) => {
          if (callOf(other) !== call) return;
          const there = leavesOf(other.body).find((each) => each.join('.').replace(/mu-[0-9a-f]{32}-\d+/, 'NAME') === name);
          if (there) dropAt(other.body, there);
        });
      }
    }, 60_000);
    expect(whole, 'of the adapter as it is').toBeUndefined();
    expect(sent.size).toBeGreaterThan(35);
    expect(Object.keys(MAY_GO).filter((field) => !sent.has(field))).toEqual([]);
    const unseen: string[] = [];
    for (const [field, drop] of sent) if (!(field in MAY_GO) && (await caught(drop)) === undefined) unseen.push(field);
    expect(unseen).toEqual([]);
  });
});

describe('an adapter that is wrong', () => {
  const on =
    (call: string, change: (passing: Passing & { body: Record<string, unknown> }) => void) =>
    (passing: Passing): void => {
      if (callOf(passing) === `compute.${call}`) change({ ...passing, body: passing.body ?? {} });
    };
  const inText = (body: Record<string, unknown>, from: RegExp, to: string): void =>
    void Object.assign(body, JSON.parse(JSON.stringify(body).replace(from, to)));

  it.each<[string, (passing: Passing) => void]>([
    ['names its requests by chance', on('instances.bulkInsert', ({ url }) => url.searchParams.set('requestId', crypto.randomUUID()))],
    [
      'makes one machine less',
      on('instances.bulkInsert', ({ body }) => void Object.assign(body, { count: 1, minCount: 1, perInstanceProperties: { 'mu-one': {} } })),
    ],
    [
      'starts all in one zone',
      on('instances.bulkInsert', ({ url }) => void (url.pathname = url.pathname.replace(/zones\/[^/]+/, `zones/${bench.lab.zones[1]}`))),
    ],
    ['marks for another run', on('instances.bulkInsert', ({ body }) => inText(body, /"muster-run":"[0-9a-f]+"/, '"muster-run":"0000000000000000"'))],
    ['spoils the boot script', on('instances.bulkInsert', ({ body }) => inText(body, /set -eu/, 'set -u'))],
    ['takes another size', on('instances.bulkInsert', ({ body }) => inText(body, /e2-micro/, 'e2-small'))],
    ['shuts down where it should cut', on('instances.stop', ({ url }) => url.searchParams.delete('noGracefulShutdown'))],
    ['cuts where it should shut down', on('instances.stop', ({ url }) => url.searchParams.set('noGracefulShutdown', 'true'))],
    ['isolates and forgets what there was', on('instances.setTags', ({ body }) => void Object.assign(body, { items: [bench.lab.closedTag] }))],
    ['orders to restore and forgets the rest', on('instances.setMetadata', ({ body }) => void Object.assign(body, { items: [] }))],
    ['stops what stands beside', on('instances.stop', ({ url }) => void (url.pathname = url.pathname.replace(/mu-[0-9a-f]+-0/, bystander)))],
    ['removes one of two', on('instances.delete', ({ url }) => void (url.pathname = url.pathname.replace(/-1$/, '-0')))],
    ['lists what others have', on('instances.aggregatedList', ({ url }) => url.searchParams.delete('filter'))],
  ])('and %s is found out', { timeout: 30_000 }, async (_, bug) => {
    expect(await caught(bug)).toBeDefined();
  });

  it('is none when nothing is done to it, after all that', { timeout: 30_000 }, async () => {
    const [project, zone = ''] = [bench.lab.project, bench.lab.zones[0]];
    await bench.sdk.instances.start({ project, zone, instance: bystander });
    await expect.poll(async () => (await bench.sdk.instances.get({ project, zone, instance: bystander }))[0].status).toBe('RUNNING');
    expect(await caught(() => {}, 60_000)).toBeUndefined();
  });
});
