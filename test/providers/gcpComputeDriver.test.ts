import { readFileSync } from 'node:fs';
import type { protos } from '@google-cloud/compute';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import type { Fault } from '../../lab/faults.ts';
import type { GcpComputeConfig } from '../../providers/gcp-compute/config.ts';
import { RESTORE_ORDERS } from '../../providers/gcp-compute/restore.ts';
import { Provider } from '../../providers/provider.ts';
import type { PowerTarget, ResourceId, WorkloadSpec } from '../../providers/spec.ts';
import { userData } from '../../providers/userData.ts';
import { hex16 } from '../conformance/bench.ts';
import { rejection } from '../conformance/expect.ts';
import { type GcpBench, gcpDriver, gcpSpec, plantInstance, startGcpBench } from './gcpComputeHarness.ts';

type Instance = protos.google.cloud.compute.v1.IInstance;

let bench: GcpBench;
const installation = `peculiar-${hex16()}`;
const signal = AbortSignal.timeout(600_000);
const id = (role = `orders/${hex16()}`): ResourceId => ({ owner: { installation, run: hex16(), expires: 'never' }, role, generation: 1 });
const opened = new Map<string, Provider>();
/** One for each setting: to open the SDK takes long. */
const provider = (change: Partial<GcpComputeConfig> = {}): Provider => {
  const key = JSON.stringify(change);
  const made = opened.get(key) ?? new Provider(gcpDriver(bench, installation, change));
  opened.set(key, made);
  return made;
};
const ensure = (as: ResourceId, change: Partial<WorkloadSpec> = {}, config: Partial<GcpComputeConfig> = {}) => {
  const spec = gcpSpec(bench, change);
  return provider(config).ensure('workload', as, spec, spec, signal);
};
const standing = async ({ owner }: ResourceId): Promise<Instance[]> => {
  const { project, zones } = bench.lab;
  const found = await Promise.all(zones.map((zone) => bench.sdk.instances.list({ project, zone, filter: `labels.muster-run = "${owner.run}"` })));
  return found.flatMap(([instances]) => instances);
};
const settled = (as: ResourceId, change: Partial<GcpComputeConfig> = {}) =>
  expect.poll(async () => (await provider(change).observe('workload', as, signal))?.phase, { timeout: 10_000, interval: 50 });
const calls = (call?: string) => bench.lab.calls.filter((each) => call === undefined || each.call === call);
const itemsOf = ({ metadata }: Instance) => (metadata?.items ?? []).map(({ key, value }) => ({ key, value }));
const zoneOf = ({ zone }: Instance): string => zone?.split('/').at(-1) ?? '';
const plant = (call: string, how: Fault['how'], more: Partial<Fault> = {}): void => bench.lab.faults.plant({ call: `compute.${call}`, how, ...more });
const powerTo = async (as: ResourceId, to: PowerTarget, restore?: Parameters<Provider['writePower']>[4]) => {
  const { version } = await provider().readPower({ id: as }, signal);
  return provider().writePower({ id: as }, to, version, signal, restore);
};
const restsAt = (as: ResourceId) => expect.poll(async () => (await provider().readPower({ id: as }, signal)).power, { timeout: 10_000, interval: 50 });

beforeAll(async () => {
  bench = await startGcpBench({ operationMs: 50 });
  await provider().inspect(signal);
}, 60_000);
afterEach(() => {
  bench.lab.faults.clear();
  bench.lab.calls.length = 0;
});
afterAll(() => bench.stop());

describe('a batch of instances', () => {
  it('is spread over the zones, one call for each, and marked with its disks from the first moment', async () => {
    const wanted = id();
    await ensure(wanted, { replicas: 5 });
    expect(calls('compute.instances.bulkInsert')).toHaveLength(3);
    expect(calls().map(({ call }) => call)).not.toContain('compute.instances.setLabels');
    const made = await standing(wanted);
    const [a, b, c] = bench.lab.zones;
    expect(made.map(zoneOf).toSorted()).toEqual([a, a, b, b, c]);
    const { project } = bench.lab;
    for (const instance of made) {
      const labels = {
        'muster-installation': installation,
        'muster-run': wanted.owner.run,
        'muster-expires': 'never',
        'muster-id': expect.stringMatching(/^[0-9a-f]{32}$/),
      };
      expect(instance.labels).toEqual(labels);
      expect(instance.tags?.items).toEqual(['app', 'dr']);
      expect(instance.disks?.map(({ diskSizeGb, autoDelete }) => [diskSizeGb, autoDelete])).toEqual([['11', true]]);
      expect(bench.lab.inventory().disks).toContain(`projects/${project}/zones/${zoneOf(instance)}/disks/${instance.name}`);
    }
    expect(
      calls('compute.instances.bulkInsert').every(({ fields }) => fields['instanceProperties.disks.0.initializeParams.labels.muster-run'] === wanted.owner.run),
    ).toBe(true);
  });

  it('gives the API the boot script, byte for byte', async () => {
    const wanted = id();
    const change = { replicas: 1, env: { QUOTE: `it's "√"\n` } };
    await ensure(wanted, change);
    const [made] = await standing(wanted);
    expect(made?.metadata?.items?.find(({ key }) => key === 'user-data')?.value).toBe(
      userData(gcpSpec(bench, change), { site: 'gcp', restoreOrders: RESTORE_ORDERS }),
    );
  });

  it('does not cost more calls with more replicas', async () => {
    const wanted = id();
    // A project that nobody has asked anything yet: its catalogue is asked for too.
    await ensure(wanted, { replicas: 200 }, { requestsPerSecond: 9_999 });
    expect(calls().filter(({ call }) => call !== 'sts.token').length).toBeLessThanOrEqual(12);
    bench.lab.calls.length = 0;
    expect((await standing(wanted)).length).toBe(200);
    const many = new Provider(gcpDriver(bench, installation, { requestsPerSecond: 9_999 }, 500));
    await expect.poll(async () => (await many.observe('workload', wanted, signal))?.phase, { timeout: 20_000 }).toBe('ready');
    bench.lab.calls.length = 0;
    await many.observe('workload', wanted, signal);
    expect(calls()).toHaveLength(1);
    await many.remove('workload', wanted, signal);
    await expect.poll(() => many.observe('workload', wanted, signal), { timeout: 20_000 }).toBeUndefined();
    expect(calls('compute.instances.delete')).toHaveLength(200);
  });

  it('goes to the next zone where one has no room when it is asked for again, and says Capacity where none has', async () => {
    const [first = '', second = ''] = bench.lab.zones;
    const wanted = id();
    plant('instances.bulkInsert', { kind: 'capacity' }, { zone: first, times: 'always' });
    await ensure(wanted, { replicas: 2 });
    await settled(wanted).toBe('failed');
    expect(await provider().observe('workload', wanted, signal)).toMatchObject({ code: 'Capacity', detail: expect.stringContaining(first) });
    expect(await ensure(wanted, { replicas: 2 })).toMatchObject({ phase: 'pending' });
    await settled(wanted).toBe('ready');
    expect((await standing(wanted)).map(zoneOf)).toEqual([second, second]);
    expect(await provider().observe('workload', wanted, signal)).toMatchObject({
      notes: [`e2-micro in ${second}: there was no room in 1 of 3 zones that were tried before`],
    });

    plant('instances.bulkInsert', { kind: 'capacity' }, { times: 'always' });
    const none = id();
    for (const _ of [...bench.lab.zones, ...bench.lab.zones]) {
      await ensure(none, { replicas: 1 });
      await settled(none).toBe('failed');
    }
    expect(await rejection(ensure(none, { replicas: 1 }))).toMatchObject({ code: 'Capacity', advice: 'elsewhere' });
    await provider().remove('workload', none, signal);
    expect(await provider().observe('workload', none, signal)).toBeUndefined();
  });

  it('has the next size where no zone has room for the nearest, says so, and is not started twice for that', async () => {
    const wanted = id();
    plant('instances.bulkInsert', { kind: 'capacity' }, { where: { 'instanceProperties.machineType': 'e2-micro' }, times: 'always' });
    for (const _ of bench.lab.zones) {
      await ensure(wanted, { replicas: 1 });
      await settled(wanted).toBe('failed');
    }
    for (const _ of [1, 2]) await ensure(wanted, { replicas: 1 });
    await settled(wanted).toBe('ready');
    expect((await standing(wanted)).map(({ machineType }) => machineType?.split('/').at(-1))).toEqual(['e2-highcpu-2']);
    expect(await provider().observe('workload', wanted, signal)).toMatchObject({
      notes: [`e2-highcpu-2 in ${bench.lab.zones[0]}: there was no room for the nearest size in any of 3 zones`],
    });
  });

  it('tells a quota apart', async () => {
    const wanted = id();
    plant('instances.bulkInsert', { kind: 'quota' }, { times: 'always' });
    await ensure(wanted, { replicas: 1 });
    await settled(wanted).toBe('failed');
    expect(await provider().observe('workload', wanted, signal)).toMatchObject({ code: 'Quota' });
    expect(await rejection(ensure(wanted, { replicas: 1 }))).toMatchObject({ code: 'Quota', advice: 'elsewhere' });
  });

  it('is completed when only a part of it was started', async () => {
    const wanted = id();
    plant('instances.bulkInsert', { kind: 'throttle' }, { zone: bench.lab.zones[1] });
    expect(await rejection(ensure(wanted, { replicas: 3 }))).toMatchObject({ code: 'Throttled' });
    expect(await standing(wanted)).toHaveLength(2);
    await ensure(wanted, { replicas: 3 });
    await settled(wanted).toBe('ready');
    expect((await standing(wanted)).map(zoneOf)).toEqual([...bench.lab.zones]);
  });

  it('reads as failed when somebody removes one of its instances, and is not started anew when all are gone', async () => {
    const wanted = id();
    await ensure(wanted, { replicas: 2 });
    await settled(wanted).toBe('ready');
    const [one, other] = await standing(wanted);
    const { project } = bench.lab;
    await bench.sdk.instances.delete({ project, zone: zoneOf(one ?? {}), instance: one?.name ?? '' });
    await settled(wanted).toBe('failed');
    expect(await provider().observe('workload', wanted, signal)).toMatchObject({ code: 'Unavailable', detail: expect.stringContaining('1 of 2') });
    await bench.sdk.instances.delete({ project, zone: zoneOf(other ?? {}), instance: other?.name ?? '' });
    await expect.poll(async () => (await standing(wanted)).length, { timeout: 10_000 }).toBe(0);
    expect(await rejection(ensure(wanted, { replicas: 2 }))).toMatchObject({ code: 'Conflict', message: expect.stringContaining('next generation') });
  });

  it('is refused for removal when something carries only a part of our mark', async () => {
    const wanted = id();
    await ensure(wanted, { replicas: 1 });
    const [ours] = await standing(wanted);
    const alike = `alike-${hex16()}`;
    await plantInstance(bench, alike, { 'muster-id': ours?.labels?.['muster-id'] ?? '' });
    expect(await rejection(provider().remove('workload', wanted, signal))).toMatchObject({ code: 'Denied', message: expect.stringContaining(alike) });
    expect(await standing(wanted)).toHaveLength(1);
  });

  it('has the smallest type that fits, unless the site or the spec names one', async () => {
    const sizes: [Partial<WorkloadSpec>, Partial<GcpComputeConfig>, RegExp][] = [
      [{ size: { cpu: 0.5, memoryBytes: 2 ** 28, arch: ['amd64'] } }, {}, /\/e2-micro$/],
      [{ size: { cpu: 4, memoryBytes: 2 ** 34, arch: [] } }, {}, /\/e2-standard-4$/],
      [{}, { sizes: { 'conformance/one': 'e2-standard-2' } }, /\/e2-standard-2$/],
      [{ size: { cpu: 1, memoryBytes: 1, arch: [], native: 'e2-small' } }, { sizes: { 'conformance/one': 'e2-standard-2' } }, /\/e2-small$/],
    ];
    for (const [change, config, type] of sizes) {
      const wanted = id();
      await ensure(wanted, { replicas: 1, ...change }, config);
      expect((await standing(wanted)).map(({ machineType }) => machineType)).toEqual([expect.stringMatching(type)]);
    }
    expect(await rejection(ensure(id(), { size: { cpu: 1, memoryBytes: 1, arch: ['arm64'] } }))).toMatchObject({ code: 'Capacity' });
  });
});

describe('a call', () => {
  it.each([
    { how: { kind: 'refuse', status: 503, code: 'backendError' } as const, code: 'Unavailable' },
    { how: { kind: 'cut' } as const, code: 'Unavailable' },
    { how: { kind: 'throttle' } as const, code: 'Throttled' },
    { how: { kind: 'refuse', status: 401, code: 'authError' } as const, code: 'Denied' },
  ])('is sent once, whatever comes of it: $how', async ({ how, code }) => {
    plant('instances.aggregatedList', how, { times: 'always' });
    expect(await rejection(provider().observe('workload', id(), signal))).toMatchObject({ code });
    expect(calls('compute.instances.aggregatedList')).toHaveLength(1);
  });

  it('hands on how long Google wants to be left alone', async () => {
    plant('instances.bulkInsert', { kind: 'throttle', retryAfterSeconds: 7 }, { times: 'always' });
    expect(await rejection(ensure(id(), { replicas: 1 }, { requestsPerSecond: 9_998 }))).toMatchObject({ code: 'Throttled', retryAfterMs: 7000 });
  });

  it('is given up at once when aborted, and what it began is adopted', async () => {
    const wanted = id();
    const spec = gcpSpec(bench);
    plant('instances.bulkInsert', { kind: 'slow', ms: 3000 }, { times: 'always' });
    const before = performance.now();
    const error = await rejection(provider().ensure('workload', wanted, spec, spec, AbortSignal.timeout(100)));
    expect(error).toMatchObject({ name: 'TimeoutError' });
    expect(performance.now() - before).toBeLessThan(1_500);
    bench.lab.faults.clear();
    await ensure(wanted);
    await settled(wanted).toBe('ready');
    expect(await standing(wanted)).toHaveLength(2);
  });

  it('is made with the credentials for reading or with those for changing', async () => {
    const read = { credentials: { read: 'env:READ', write: 'env:EXPIRED' } };
    const write = { credentials: { read: 'env:EXPIRED', write: 'env:WRITE' } };
    expect(await provider(read).observe('workload', id(), signal)).toBeUndefined();
    expect(await rejection(ensure(id(), {}, read))).toMatchObject({ code: 'Denied' });
    expect(await rejection(provider(write).observe('workload', id(), signal))).toMatchObject({ code: 'Denied' });
    expect(await rejection(ensure(id(), {}, { credentials: { read: 'env:READ', write: 'env:READ' } }))).toMatchObject({
      code: 'Denied',
      message: expect.stringContaining('compute.instances.create'),
    });
  });

  it.each([
    { how: { kind: 'refuse', status: 400, code: 'invalid_grant' } as const, code: 'Denied' },
    { how: { kind: 'refuse', status: 401, code: 'invalid_client' } as const, code: 'Denied' },
  ])('is $code without a token: $how.code', async ({ how, code }) => {
    bench.lab.faults.plant({ call: 'sts.token', times: 'always', how });
    expect(await rejection(provider({ requestsPerSecond: 9_996 }).observe('workload', id(), signal))).toMatchObject({
      code,
      message: expect.stringContaining('access token'),
    });
  });

  it('is Denied when the file with the credentials is not there', async () => {
    const nowhere = { ...bench, files: { ...bench.files, READ: '/nowhere/dr.json' } };
    const lost = new Provider(gcpDriver(nowhere, installation));
    expect(await rejection(lost.observe('workload', id(), signal))).toMatchObject({ code: 'Denied', message: expect.stringContaining('/nowhere/dr.json') });
  });
});

describe('what stands', () => {
  const files = { orders: { url: 'https://store.invalid/1?signature=ok', sha256: '1'.repeat(64) } };
  const ready = async (): Promise<ResourceId> => {
    const wanted = id();
    await ensure(wanted, { replicas: 2 });
    await settled(wanted).toBe('ready');
    return wanted;
  };

  it('keeps its network tags while it is isolated, and has them again afterwards', async () => {
    const wanted = await ready();
    expect(await powerTo(wanted, 'isolated')).toMatchObject({ power: 'changing' });
    await restsAt(wanted).toBe('isolated');
    for (const { tags } of await standing(wanted)) expect(tags?.items).toEqual([bench.lab.closedTag, 'muster-was-app', 'muster-was-dr']);
    await powerTo(wanted, 'running');
    await restsAt(wanted).toBe('running');
    for (const { tags } of await standing(wanted)) expect(tags?.items).toEqual(['app', 'dr']);
  });

  it('may be asked again while what was asked for goes on, and for nothing else', async () => {
    const wanted = await ready();
    const { version } = await provider().readPower({ id: wanted }, signal);
    const write = (to: PowerTarget, expected = version) => provider().writePower({ id: wanted }, to, expected, signal);
    plant('instances.setTags', { kind: 'slowOperation', ms: 300 }, { times: 2 });
    const going = await write('isolated');
    expect(await write('isolated')).toMatchObject({ power: 'changing' });
    expect(await rejection(write('running'))).toMatchObject({ code: 'Unavailable' });
    await restsAt(wanted).toBe('isolated');
    expect(await rejection(write('stopped', going.version))).toMatchObject({ code: 'Unavailable', message: expect.stringContaining('read it again') });
    expect(await rejection(write('stopped'))).toMatchObject({ code: 'Conflict' });
    await powerTo(wanted, 'stopped');
    expect(await write('cut')).toMatchObject({ power: expect.stringMatching('changing|stopped') });
    await restsAt(wanted).toBe('stopped');
  });

  it('is ordered to restore before it starts, and keeps what else its metadata says', async () => {
    const wanted = await ready();
    const before = (await standing(wanted)).map(itemsOf);
    await powerTo(wanted, 'stopped');
    await restsAt(wanted).toBe('stopped');
    await powerTo(wanted, 'running', files);
    const after = (await standing(wanted)).map(itemsOf);
    const value = `orders ${'1'.repeat(64)} https://store.invalid/1?signature=ok\n`;
    expect(after).toEqual(before.map((items) => [...items, { key: 'muster-restore', value }]));
    const order = calls().map(({ call }) => call.split('.')[2] ?? '');
    expect(order.indexOf('start')).toBeGreaterThan(order.lastIndexOf('wait'));
  });

  it('is found by a label, and by zone and name', async () => {
    const [zone = ''] = bench.lab.zones;
    const name = `standing-${hex16()}`;
    await plantInstance(bench, name, { role: name });
    for (const selector of [`label:role=${name}`, `name:${zone}/${name}`])
      await expect.poll(async () => (await provider().readPower({ selector }, signal)).power, { timeout: 10_000 }).toBe('running');
    expect(await provider().readPower({ selector: `name:${bench.lab.zones[1]}/${name}` }, signal)).toMatchObject({ power: 'absent' });
    expect(await rejection(provider().readPower({ selector: 'role=x' }, signal))).toMatchObject({ code: 'Invalid' });
  });

  it('is found in the state that was asked for after a lost reply of every changing call', async () => {
    const wanted = await ready();
    const again = async (call: string, to: PowerTarget, power: string, restore?: typeof files): Promise<void> => {
      plant(call, { kind: 'lostReply' });
      expect(await rejection(powerTo(wanted, to, restore))).toMatchObject({ code: 'Unavailable' });
      await expect
        .poll(
          async () => {
            await powerTo(wanted, to, restore).catch((error: unknown) => expect(error).toMatchObject({ code: 'Unavailable' }));
            return (await provider().readPower({ id: wanted }, signal)).power;
          },
          { timeout: 10_000, interval: 50 },
        )
        .toBe(power);
    };
    await again('instances.setTags', 'isolated', 'isolated');
    await again('instances.setTags', 'running', 'running');
    await again('instances.stop', 'stopped', 'stopped');
    await again('instances.setMetadata', 'running', 'running', files);
    await again('instances.stop', 'cut', 'stopped');
    await again('instances.start', 'running', 'running');
    for (const { tags, metadata } of await standing(wanted)) {
      expect(tags?.items).toEqual(['app', 'dr']);
      expect(metadata?.items?.map(({ key }) => key)).toEqual(['muster-mark', 'user-data', 'muster-restore']);
    }
    plant('instances.delete', { kind: 'lostReply' });
    expect(await rejection(provider().remove('workload', wanted, signal))).toMatchObject({ code: 'Unavailable' });
    await provider().remove('workload', wanted, signal);
    await expect.poll(async () => provider().observe('workload', wanted, signal), { timeout: 10_000 }).toBeUndefined();
    expect(bench.lab.inventory().disks.filter((disk) => disk.includes(wanted.owner.run))).toEqual([]);
  });
});

describe('the roles in the documentation', () => {
  /** What Google's pages ask for, by call: https://cloud.google.com/compute/docs/instances/create-start-instance and the reference of each method. */
  const NEEDS: Readonly<Record<string, readonly string[]>> = {
    'instances.aggregatedList': ['compute.instances.list'],
    'zoneOperations.list': ['compute.zoneOperations.list'],
    'zoneOperations.wait': ['compute.zoneOperations.get'],
    'machineTypes.list': ['compute.machineTypes.list'],
    'regions.get': ['compute.regions.get'],
    'subnetworks.get': ['compute.subnetworks.get'],
    'images.get': ['compute.images.get'],
    'images.getFromFamily': ['compute.images.getFromFamily'],
    'instances.bulkInsert': [
      'compute.instances.create',
      'compute.instances.setLabels',
      'compute.instances.setMetadata',
      'compute.instances.setTags',
      'compute.disks.create',
      'compute.disks.setLabels',
      'compute.images.useReadOnly',
      'compute.subnetworks.use',
    ],
    'instances.delete': ['compute.instances.delete'],
    'instances.start': ['compute.instances.start'],
    'instances.stop': ['compute.instances.stop'],
    'instances.setTags': ['compute.instances.setTags'],
    'instances.setMetadata': ['compute.instances.setMetadata'],
  };
  const CHANGING = new Set(['bulkInsert', 'delete', 'start', 'stop', 'setTags', 'setMetadata']);
  const roles = [...readFileSync(new URL('../../docs/providers/gcp-compute.md', import.meta.url), 'utf8').matchAll(/```yaml\n(title:.*?)```/gs)].map(
    ([, yaml = '']) => z.object({ includedPermissions: z.array(z.string()) }).parse(parse(yaml)).includedPermissions,
  );

  it('allow each of both credentials what it really does, and no more', async () => {
    const wanted = id();
    const fresh = provider({
      requestsPerSecond: 9_997,
      images: { orders: bench.lab.image, newest: `projects/${bench.lab.project}/global/images/family/base` },
    });
    await fresh.inspect(signal);
    await fresh.permitted(signal);
    await ensure(wanted);
    await settled(wanted).toBe('ready');
    await powerTo(wanted, 'isolated');
    await restsAt(wanted).toBe('isolated');
    await powerTo(wanted, 'running');
    await restsAt(wanted).toBe('running');
    await powerTo(wanted, 'stopped');
    await restsAt(wanted).toBe('stopped');
    await powerTo(wanted, 'running', { orders: { url: 'https://store.invalid/1', sha256: '1'.repeat(64) } });
    await restsAt(wanted).toBe('running');
    await fresh.list({ installation }, signal);
    await fresh.remove('workload', wanted, signal);
    const made = [...new Set(calls().map(({ call }) => call.replace('compute.', '')))].filter((call) => call !== 'sts.token');
    const needed = (changing: boolean) =>
      [
        ...new Set(made.filter((call) => CHANGING.has(call.split('.')[1] ?? '') === changing).flatMap((call) => NEEDS[call] ?? [`a row for ${call}`])),
      ].toSorted();
    const [read = [], write = []] = roles.map((permissions) => permissions.toSorted());
    expect(needed(false)).toEqual(read);
    expect(needed(true)).toEqual(write);
  });
});
