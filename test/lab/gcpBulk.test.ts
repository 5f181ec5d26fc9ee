import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { GcpLabOptions } from '../../lab/gcp/lab.ts';
import { type GcpBench, namesIn, openGcpBench } from './gcpBench.ts';
import { type Answered, bulkProperties } from './gcpClient.ts';

let bench: GcpBench;
const reopen = async (options: GcpLabOptions): Promise<void> => {
  await bench.close();
  bench = await openGcpBench(options);
};
beforeEach(async () => {
  bench = await openGcpBench();
});
afterEach(() => bench.close());

describe('many at once', () => {
  const bulk = (body: object, where = bench.zone): Promise<Answered> =>
    bench.api.ask('POST', `${where}/instances/bulkInsert`, { instanceProperties: bulkProperties(bench.lab), ...body });
  const existing = (): string[] => bench.lab.inventory().instances.map((name) => name.split('/').slice(-3).join('/'));

  it('are named by a pattern, whose numbers go on after the biggest', async () => {
    const done = await bench.api.done(await bulk({ count: 2, namePattern: 'w-##' }));
    expect(done).toMatchObject({
      operationType: 'bulkInsert',
      instancesBulkInsertOperationMetadata: { perLocationStatus: { [bench.zone]: { status: 'DONE', createdVmCount: 2, targetVmCount: 2 } } },
    });
    await bench.api.done(await bulk({ count: '1', namePattern: 'w-##' }));
    expect(existing()).toEqual(['w-01', 'w-02', 'w-03'].map((name) => `${bench.lab.zones[0]}/instances/${name}`));
  });

  it('are named one by one', async () => {
    await bench.api.done(await bulk({ count: 2, perInstanceProperties: { left: {}, right: {} } }));
    expect(existing()).toEqual(['left', 'right'].map((name) => `${bench.lab.zones[0]}/instances/${name}`));
    expect(await bulk({ perInstanceProperties: { right: {} } })).toMatchObject({ status: 409 });
  });

  it.each([
    ['no count', { namePattern: 'w-#' }, /'resource.count' not specified/],
    ['no names', { count: 1 }, /Either name_pattern or per_instance_properties/],
    ['a pattern with a gap', { count: 1, namePattern: 'w-#-#' }, /one continuous sequence/],
    ['a pattern that is too short', { count: 10, namePattern: 'w-#' }, /too few placeholders/],
    ['a pattern that makes no name', { count: 1, namePattern: 'W-#' }, /Must be a match of regex/],
    ['more at least than at all', { count: 1, minCount: 2, namePattern: 'w-#' }, /'resource.minCount'/],
    ['a place of its own in a zone', { count: 1, namePattern: 'w-#', locationPolicy: { targetShape: 'ANY' } }, /'resource.locationPolicy'/],
  ])('are refused with %s', async (_, body, message) => {
    expect(await bulk(body)).toMatchObject({ status: 400, body: { error: { message: expect.stringMatching(message) } } });
  });

  it('are refused with one disk for all of them', async () => {
    const disks = [{ boot: true, initializeParams: { diskName: 'one', sourceImage: bench.lab.image } }];
    expect(await bulk({ count: 2, namePattern: 'w-#', instanceProperties: bulkProperties(bench.lab, { disks }) })).toMatchObject({ status: 400 });
  });

  it('fail inside Google when the machine type comes as an address', async () => {
    const instanceProperties = bulkProperties(bench.lab, { machineType: `zones/${bench.lab.zones[0]}/machineTypes/e2-small` });
    expect(await bulk({ count: 1, namePattern: 'w-#', instanceProperties })).toMatchObject({ status: 500 });
  });

  it('are none when there is no room for the least, and as many as there is room for when that is enough', async () => {
    await reopen({ room: { 'europe-west4-a': 2 } });
    expect(await bench.api.done(await bulk({ count: 3, namePattern: 'w-#' }))).toMatchObject({ error: { errors: [{ code: 'ZONE_RESOURCE_POOL_EXHAUSTED' }] } });
    expect(existing()).toEqual([]);
    expect(await bench.api.done(await bulk({ count: 3, minCount: 1, namePattern: 'w-#' }))).not.toHaveProperty('error');
    expect(existing()).toHaveLength(2);
  });

  it('of a region are spread as asked, over the zones that are allowed and have room', async () => {
    await reopen({ room: { 'europe-west4-a': 1 } });
    const regional = async (targetShape: string, locations = {}): Promise<string[]> => {
      const before = existing();
      const done = await bench.api.done(
        await bulk({ count: 4, namePattern: 'w-##', locationPolicy: { targetShape, locations } }, `regions/${bench.lab.region}`),
      );
      expect(done).toMatchObject({ region: expect.stringMatching(/regions\/europe-west4$/) });
      return existing()
        .filter((name) => !before.includes(name))
        .map((name) => name.split('/')[0] ?? '');
    };
    const count = (zones: readonly string[]): Record<string, number> =>
      Object.fromEntries([...new Set(zones)].toSorted().map((each) => [each.slice(-1), zones.filter((one) => one === each).length]));
    expect(count(await regional('ANY_SINGLE_ZONE'))).toEqual({ b: 4 });
    expect(count(await regional('ANY'))).toEqual({ a: 1, b: 3 });
    expect(count(await regional('BALANCED'))).toEqual({ b: 2, c: 2 });
    expect(count(await regional('BALANCED', { 'zones/europe-west4-b': { preference: 'DENY' } }))).toEqual({ c: 4 });
    expect(count(await regional('ANY', { 'zones/europe-west4-c': { preference: 'ALLOW' } }))).toEqual({ c: 4 });
  });

  it('of a region go around a zone that is out of capacity', async () => {
    bench.lab.faults.plant({ call: 'compute.regionInstances.bulkInsert', zone: 'europe-west4-a', how: { kind: 'capacity' } });
    await bench.api.done(await bulk({ count: 2, namePattern: 'w-#' }, `regions/${bench.lab.region}`));
    expect(existing().map((name) => name.split('/')[0])).toEqual(['europe-west4-b', 'europe-west4-b']);
  });

  it('are one request when there are two hundred', async () => {
    const done = await bench.api.done(
      await bulk({ count: 200, namePattern: 'w-###', instanceProperties: bulkProperties(bench.lab, { machineType: 'e2-micro' }) }),
    );
    expect(done).not.toHaveProperty('error');
    const addresses = namesIn(await bench.api.ask('GET', `${bench.zone}/instances`));
    expect(addresses).toHaveLength(200);
  });
});

describe('limits', () => {
  it('of quota are told in the operation, and nothing is made', async () => {
    await reopen({ quotas: { CPUS: 3 } });
    await bench.make('one');
    expect(await bench.make('two')).toMatchObject({
      error: {
        errors: [
          { code: 'QUOTA_EXCEEDED', message: `Quota 'CPUS' exceeded.  Limit: 3.0 in region europe-west4.`, errorDetails: [{ quotaInfo: { limit: 3 } }] },
        ],
      },
      httpErrorStatusCode: 403,
      httpErrorMessage: 'FORBIDDEN',
    });
    expect(bench.lab.inventory().instances).toHaveLength(1);
    // A stopped one gives its vCPUs back, and may not get them again.
    await bench.api.done(await bench.act('one', 'stop'));
    await bench.make('two');
    expect(await bench.api.done(await bench.act('one', 'start'))).toMatchObject({ error: { errors: [{ code: 'QUOTA_EXCEEDED' }] } });
    expect(await bench.statusOf('one')).toBe('TERMINATED');
  });

  it('of room are told in the operation', async () => {
    await reopen({ room: { 'europe-west4-a': 0 } });
    expect(await bench.make('one')).toMatchObject({
      status: 'DONE',
      error: {
        errors: [
          {
            code: 'ZONE_RESOURCE_POOL_EXHAUSTED',
            message: expect.stringContaining(`'projects/lab-project/zones/europe-west4-a' does not have enough resources`),
          },
        ],
      },
      httpErrorStatusCode: 503,
    });
    expect(bench.lab.inventory()).toEqual({ instances: [], disks: [] });
  });
});
