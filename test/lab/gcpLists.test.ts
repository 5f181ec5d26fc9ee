import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { listOf } from '../../lab/gcp/json.ts';
import { type GcpBench, namesIn, openGcpBench, refusal } from './gcpBench.ts';
import { type Answered, instanceBody } from './gcpClient.ts';

let bench: GcpBench;
beforeEach(async () => {
  bench = await openGcpBench();
});
afterEach(() => bench.close());

describe('lists', () => {
  const list = (query: string): Promise<Answered> => bench.api.ask('GET', `${bench.zone}/instances?${query}`);
  beforeEach(async () => {
    await Promise.all(['a', 'b', 'c'].map((name) => bench.make(name, { labels: { role: name === 'c' ? 'db' : 'web' } })));
    await bench.api.done(
      await bench.api.ask('POST', `zones/${bench.lab.zones[1]}/instances`, {
        ...instanceBody(bench.lab, 'd'),
        machineType: `zones/${bench.lab.zones[1]}/machineTypes/e2-small`,
      }),
    );
  });

  it('come in pages, sorted by name, and a token is for the query that it came from', async () => {
    const first = await list('maxResults=2');
    expect(namesIn(first)).toEqual(['a', 'b']);
    const token = encodeURIComponent(String(first.body.nextPageToken));
    const second = await list(`maxResults=2&pageToken=${token}`);
    expect(namesIn(second)).toEqual(['c']);
    expect(second.body).not.toHaveProperty('nextPageToken');
    expect(await list(`pageToken=${token}&filter=name%3Da`)).toMatchObject(refusal(400, 'invalid', /'pageToken'/));
    expect(await list('pageToken=x')).toMatchObject(refusal(400, 'invalid', /'pageToken'/));
  });

  it('are filtered', async () => {
    expect(namesIn(await list(`filter=${encodeURIComponent('labels.role=web AND status=RUNNING')}`))).toEqual(['a', 'b']);
    expect((await list(`filter=${encodeURIComponent('labels.role=none')}`)).body).not.toHaveProperty('items');
    expect(await list('filter=name%20eq%20a')).toMatchObject(refusal(400, 'invalid', /Invalid list filter expression/));
  });

  it.each(['maxResults=501', 'maxResults=-1', 'orderBy=status', 'fields=name', 'nosuch=1', 'alt=media'])('refuse %s', async (query) => {
    expect(await list(query)).toMatchObject({ status: 400 });
  });

  it('of all zones have a warning in the place of nothing', async () => {
    const { body } = await bench.api.ask('GET', 'aggregated/instances?filter=name%3Dd');
    const warning = { warning: { code: 'NO_RESULTS_ON_PAGE', data: [{ key: 'scope' }] } };
    expect(body.items).toMatchObject({
      [`zones/${bench.lab.zones[0]}`]: warning,
      [`zones/${bench.lab.zones[1]}`]: { instances: [{ name: 'd' }] },
      [`zones/${bench.lab.zones[2]}`]: warning,
    });
    const page = await bench.api.ask('GET', 'aggregated/instances?maxResults=3');
    expect(page.body.items).toMatchObject({ [`zones/${bench.lab.zones[1]}`]: warning });
    const rest = await bench.api.ask('GET', `aggregated/instances?maxResults=3&pageToken=${String(page.body.nextPageToken)}`);
    expect(rest.body.items).toMatchObject({ [`zones/${bench.lab.zones[1]}`]: { instances: [{ name: 'd' }] } });
  });

  it('of all zones fail with a zone that is down, or say which it is when that was asked for', async () => {
    bench.lab.faults.plant({ zone: bench.lab.zones[1] ?? '', times: 'always', how: { kind: 'cut' } });
    expect(await bench.api.ask('GET', 'aggregated/instances')).toMatchObject({ status: 503 });
    const { body } = await bench.api.ask('GET', 'aggregated/instances?returnPartialSuccess=true');
    expect(body.items).toMatchObject({
      [`zones/${bench.lab.zones[0]}`]: { instances: expect.any(Array) },
      [`zones/${bench.lab.zones[1]}`]: { warning: { code: 'UNREACHABLE' } },
    });
    expect(body.unreachables).toEqual([expect.stringMatching(new RegExp(`zones/${bench.lab.zones[1]}$`))]);
    await expect(bench.api.ask('GET', `zones/${bench.lab.zones[1]}/instances`)).rejects.toThrow();
  });
});

describe('what is there from the start', () => {
  it.each([
    ['', 'compute#project'],
    ['zones', 'compute#zoneList'],
    ['zones/europe-west4-a', 'compute#zone'],
    ['regions/europe-west4', 'compute#region'],
    ['global/networks/default', 'compute#network'],
    ['regions/europe-west4/subnetworks/default', 'compute#subnetwork'],
    ['global/firewalls', 'compute#firewallList'],
    ['global/firewalls/closed-in', 'compute#firewall'],
    ['global/images', 'compute#imageList'],
    ['global/images/base-v2', 'compute#image'],
    ['zones/europe-west4-a/machineTypes', 'compute#machineTypeList'],
    ['zones/europe-west4-a/machineTypes/e2-micro', 'compute#machineType'],
    ['aggregated/machineTypes', 'compute#machineTypeAggregatedList'],
    ['zones/europe-west4-a/disks', 'compute#diskList'],
    ['aggregated/disks', 'compute#diskAggregatedList'],
  ])('%s', async (path, kind) => {
    expect(await bench.api.ask('GET', path)).toMatchObject({ status: 200, body: { kind } });
  });

  it.each([
    'zones/europe-west4-z',
    'regions/us-east1',
    'global/networks/none',
    'global/images/none',
    'global/images/family/none',
    'zones/europe-west4-z/instances',
  ])('%s is not', async (path) => {
    expect(await bench.api.ask('GET', path)).toMatchObject(refusal(404, 'notFound', /was not found$/));
  });

  it('gives of a family the newest image that is not deprecated', async () => {
    expect((await bench.api.ask('GET', 'global/images/family/base')).body).toMatchObject({ name: 'base-v2', status: 'READY', architecture: 'X86_64' });
    expect((await bench.api.ask('GET', 'global/images/base-v1')).body).toMatchObject({ deprecated: { state: 'DEPRECATED' } });
  });

  it('counts in its quotas what exists', async () => {
    const usage = async (metric: string): Promise<unknown> => {
      const { body } = await bench.api.ask('GET', `regions/${bench.lab.region}`);
      return listOf(body.quotas).find((each) => each.metric === metric)?.usage;
    };
    await bench.make('one');
    expect([await usage('CPUS'), await usage('INSTANCES'), await usage('DISKS_TOTAL_GB')]).toEqual([2, 1, 10]);
    await bench.api.done(await bench.act('one', 'stop'));
    expect([await usage('CPUS'), await usage('INSTANCES')]).toEqual([0, 1]);
  });
});
