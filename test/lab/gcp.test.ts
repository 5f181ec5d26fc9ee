import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type GcpLab, startGcpLab } from '../../lab/gcp/lab.ts';
import { type Answered, bulkProperties, instanceBody, mustHaveBeenRight, type RawGcp, rawGcp, tokenOf } from './gcpClient.ts';

let folder: string;
let lab: GcpLab;
let api: RawGcp;
let zone: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'gcp-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const open = async (options: Parameters<typeof startGcpLab>[0] = {}): Promise<void> => {
  lab = await startGcpLab({ operationMs: 60, ...options });
  api = rawGcp(lab, await tokenOf(lab, 'write', folder));
  zone = `zones/${lab.zones[0]}`;
};
beforeEach(() => open());
afterEach(async () => {
  await lab.stop();
  mustHaveBeenRight(lab);
});

const insert = (name: string, more: object = {}, query = ''): Promise<Answered> => api.ask('POST', `${zone}/instances${query}`, instanceBody(lab, name, more));
const make = async (name: string, more: object = {}): Promise<Readonly<Record<string, unknown>>> => api.done(await insert(name, more));
const get = async (name: string): Promise<Readonly<Record<string, unknown>>> => (await api.ask('GET', `${zone}/instances/${name}`)).body;
const statusOf = async (name: string): Promise<unknown> => (await get(name)).status;
const refusal = (status: number, reason: string, message: string | RegExp): object => ({
  status,
  body: { error: { code: status, message: expect.stringMatching(message), errors: [expect.objectContaining({ reason })] } },
});
const names = (answered: Answered): unknown[] => (Array.isArray(answered.body.items) ? answered.body.items.map(({ name }: { name: string }) => name) : []);

describe('an operation', () => {
  it('goes from PENDING by RUNNING to DONE, and takes its time', async () => {
    await lab.stop();
    await open({ operationMs: 400 });
    const started = await insert('one');
    expect(started.body).toMatchObject({ status: 'PENDING', progress: 0, operationType: 'insert', targetLink: expect.stringMatching(/\/instances\/one$/) });
    const seen = new Set<unknown>();
    for (let status: unknown; status !== 'DONE'; await sleep(15)) {
      ({ status } = (await api.ask('GET', `${zone}/operations/${String(started.body.name)}`)).body);
      seen.add(status);
    }
    expect([...seen].filter((each) => each !== 'PENDING')).toEqual(['RUNNING', 'DONE']);
  });

  it('is waited for by wait, and found by its number and in the list', async () => {
    const { name, id } = (await insert('one')).body;
    expect((await api.ask('POST', `${zone}/operations/${String(name)}/wait`)).body).toMatchObject({ name, status: 'DONE', progress: 100 });
    expect((await api.ask('GET', `${zone}/operations/${String(id)}`)).body).toMatchObject({ name });
    expect(names(await api.ask('GET', `${zone}/operations`))).toEqual([name]);
  });

  it('that nobody began is not found', async () => {
    expect(await api.ask('GET', `${zone}/operations/operation-1`)).toMatchObject(refusal(404, 'notFound', /operations\/operation-1' was not found$/));
    expect(await api.ask('GET', `regions/${lab.region}/operations/o`)).toMatchObject({ status: 404 });
    expect(await api.ask('GET', 'global/operations/o')).toMatchObject({ status: 404 });
  });
});

describe('an instance', () => {
  it('is there at once, and comes up by PROVISIONING and STAGING', async () => {
    await lab.stop();
    await open({ operationMs: 400 });
    const started = insert('one');
    const seen = new Set<unknown>();
    await started;
    for (let status: unknown; status !== 'RUNNING'; await sleep(15)) {
      status = await statusOf('one');
      seen.add(status);
    }
    expect([...seen]).toEqual(['PROVISIONING', 'STAGING', 'RUNNING']);
  });

  it('has what was asked for, an address of the subnetwork, a boot disk, and its own fingerprints', async () => {
    await make('one', { labels: { role: 'web' }, tags: { items: ['a'] }, metadata: { items: [{ key: 'user-data', value: '#!/bin/sh\n' }] } });
    const { body: subnet } = await api.ask('GET', `regions/${lab.region}/subnetworks/default`);
    expect(subnet).toMatchObject({ ipCidrRange: expect.stringMatching(/^127\.78\.\d+\.0\/22$/) });
    expect(await get('one')).toMatchObject({
      id: expect.stringMatching(/^\d{16,}$/),
      status: 'RUNNING',
      machineType: expect.stringMatching(/machineTypes\/e2-small$/),
      labels: { role: 'web' },
      labelFingerprint: expect.any(String),
      tags: { items: ['a'], fingerprint: expect.any(String) },
      metadata: { items: [{ key: 'user-data', value: '#!/bin/sh\n' }], fingerprint: expect.any(String) },
      networkInterfaces: [{ networkIP: expect.stringMatching(/^127\.78\./) }],
      disks: [{ boot: true, autoDelete: true, source: expect.stringMatching(/disks\/one$/) }],
    });
    expect((await api.ask('GET', `${zone}/disks/one`)).body).toMatchObject({ users: [expect.stringMatching(/instances\/one$/)], sizeGb: '10' });
  });

  it('has an outside address only where one was asked for', async () => {
    const { networkInterfaces } = instanceBody(lab, 'x');
    await make('inside');
    await make('outside', { networkInterfaces: [{ subnetwork: lab.subnetwork, accessConfigs: [{ type: 'ONE_TO_ONE_NAT' }] }] });
    expect(networkInterfaces).toEqual([{ subnetwork: lab.subnetwork }]);
    expect(JSON.stringify(await get('inside'))).not.toContain('natIP');
    expect(await get('outside')).toMatchObject({ networkInterfaces: [{ accessConfigs: [{ natIP: expect.any(String) }] }] });
  });

  it('is found by its number, too', async () => {
    await make('one');
    const { id } = await get('one');
    expect(await get(String(id))).toMatchObject({ name: 'one' });
  });

  it('stops to TERMINATED by STOPPING, and starts again', async () => {
    await make('one');
    const stopping = await api.ask('POST', `${zone}/instances/one/stop`);
    expect(await statusOf('one')).toBe('STOPPING');
    await api.done(stopping);
    expect(await get('one')).toMatchObject({ status: 'TERMINATED', lastStopTimestamp: expect.any(String) });
    const starting = await api.ask('POST', `${zone}/instances/one/start`);
    expect(await statusOf('one')).toBe('PROVISIONING');
    await api.done(starting);
    expect(await statusOf('one')).toBe('RUNNING');
  });

  it('is refused a stop or a start in the middle of another, and told nothing new where it stands so already', async () => {
    const starting = await insert('one');
    expect(await api.ask('POST', `${zone}/instances/one/stop`)).toMatchObject(refusal(400, 'resourceNotReady', /instances\/one' is not ready$/));
    await api.done(starting);
    expect(await api.done(await api.ask('POST', `${zone}/instances/one/start`))).not.toHaveProperty('error');
    const stopping = await api.ask('POST', `${zone}/instances/one/stop`);
    expect(await api.ask('POST', `${zone}/instances/one/start`)).toMatchObject(refusal(400, 'resourceNotReady', /is not ready/));
    await api.done(stopping);
    expect(await api.done(await api.ask('POST', `${zone}/instances/one/stop`))).not.toHaveProperty('error');
    expect(await statusOf('one')).toBe('TERMINATED');
  });

  it('goes with its disk where that was asked for, and without it where not', async () => {
    const disks = [{ boot: true, initializeParams: { sourceImage: lab.image } }];
    await make('gone');
    await make('kept', { disks });
    for (const name of ['gone', 'kept']) {
      const deleting = await api.ask('DELETE', `${zone}/instances/${name}`);
      expect(await statusOf(name)).toBe('STOPPING');
      expect(await api.ask('DELETE', `${zone}/instances/${name}`)).toMatchObject(refusal(400, 'resourceNotReady', /not ready/));
      await api.done(deleting);
      expect(await api.ask('GET', `${zone}/instances/${name}`)).toMatchObject(refusal(404, 'notFound', new RegExp(`instances/${name}' was not found$`)));
    }
    expect(lab.inventory()).toEqual({ instances: [], disks: [expect.stringMatching(/disks\/kept$/)] });
    await api.done(await api.ask('DELETE', `${zone}/disks/kept`));
    expect(lab.inventory()).toEqual({ instances: [], disks: [] });
    expect(await api.ask('DELETE', `${zone}/instances/gone`)).toMatchObject({ status: 404 });
  });

  it('can be deleted before it is up', async () => {
    const starting = await insert('one');
    await api.done(await api.ask('DELETE', `${zone}/instances/one`));
    await api.done(starting);
    expect(lab.inventory()).toEqual({ instances: [], disks: [] });
  });

  it('keeps its disk from being deleted, and itself where it is protected', async () => {
    await make('one', { deletionProtection: true });
    expect(await api.ask('DELETE', `${zone}/disks/one`)).toMatchObject(
      refusal(400, 'resourceInUseByAnotherResource', /disks\/one' is already being used by '.*instances\/one'$/),
    );
    expect(await api.ask('DELETE', `${zone}/instances/one`)).toMatchObject(refusal(400, 'invalidResourceUsage', /protected against deletion/));
  });
});

describe('a name', () => {
  it('is given once: a second instance is refused, and one whose disk is still there', async () => {
    await make('one', { disks: [{ boot: true, initializeParams: { sourceImage: lab.image } }] });
    expect(await insert('one')).toMatchObject(refusal(409, 'alreadyExists', /instances\/one' already exists$/));
    await api.done(await api.ask('DELETE', `${zone}/instances/one`));
    expect(await insert('one')).toMatchObject(refusal(409, 'alreadyExists', /disks\/one' already exists$/));
  });
});

describe('a request id', () => {
  it('makes the second of the same request the first again', async () => {
    const query = `?requestId=${randomUUID()}`;
    const first = await insert('one', {}, query);
    expect((await insert('one', {}, query)).body.name).toBe(first.body.name);
    await api.done(first);
    expect((await insert('one', {}, query)).body).toMatchObject({ name: first.body.name, status: 'DONE' });
    expect(await insert('one', {}, `?requestId=${randomUUID()}`)).toMatchObject({ status: 409 });
  });

  it('does not keep what was refused', async () => {
    const query = `?requestId=${randomUUID()}`;
    expect(await insert('one', { machineType: `zones/${lab.zones[0]}/machineTypes/none` }, query)).toMatchObject({ status: 400 });
    expect(await insert('one', {}, query)).toMatchObject({ status: 200 });
  });

  it.each(['00000000-0000-0000-0000-000000000000', 'abc', ''])('must be a UUID and not zero: %j', async (id) => {
    const answered = await insert('one', {}, `?requestId=${id}`);
    expect(answered).toMatchObject(refusal(400, 'invalid', /field 'requestId'/));
  });
});

describe('fingerprints', () => {
  const change = (verb: string, body: object): Promise<Answered> => api.ask('POST', `${zone}/instances/one/${verb}`, body);
  const fingerprint = async (part: 'labels' | 'tags' | 'metadata'): Promise<unknown> => {
    const { labelFingerprint, tags, metadata } = (await get('one')) as {
      labelFingerprint: string;
      tags: { fingerprint: string };
      metadata: { fingerprint: string };
    };
    return { labels: labelFingerprint, tags: tags.fingerprint, metadata: metadata.fingerprint }[part];
  };

  it.each([
    ['setLabels', 'labels', { labels: { a: 'b' } }, { labels: { a: 'b' } }, 'labelFingerprint'],
    ['setTags', 'tags', { items: ['x'] }, { tags: { items: ['x'] } }, 'fingerprint'],
    ['setMetadata', 'metadata', { items: [{ key: 'k', value: 'v' }] }, { metadata: { items: [{ key: 'k', value: 'v' }] } }, 'fingerprint'],
  ] as const)('%s needs the newest, and makes a new one', async (verb, part, body, after, field) => {
    await make('one');
    const first = await fingerprint(part);
    await api.done(await change(verb, { ...body, [field]: first }));
    expect(await get('one')).toMatchObject(after);
    expect(await fingerprint(part)).not.toBe(first);
    expect(await change(verb, { ...body, [field]: first })).toMatchObject(refusal(412, 'conditionNotMet', /fingerprint/));
    expect(await change(verb, body)).toMatchObject(refusal(412, 'conditionNotMet', /fingerprint/));
  });

  it('let one of two changes at the same time win', async () => {
    await make('one');
    const labelFingerprint = await fingerprint('labels');
    const both = await Promise.all(['a', 'b'].map((value) => change('setLabels', { labels: { who: value }, labelFingerprint })));
    const done = await Promise.all(both.map((each) => api.done(each)));
    expect(done.filter(({ error }) => error !== undefined)).toMatchObject([{ error: { errors: [{ code: 'CONDITION_NOT_MET' }] }, httpErrorStatusCode: 412 }]);
  });
});

describe('lists', () => {
  const list = (query: string): Promise<Answered> => api.ask('GET', `${zone}/instances?${query}`);
  beforeEach(async () => {
    await Promise.all(['a', 'b', 'c'].map((name) => make(name, { labels: { role: name === 'c' ? 'db' : 'web' } })));
    await api.done(
      await api.ask('POST', `zones/${lab.zones[1]}/instances`, { ...instanceBody(lab, 'd'), machineType: `zones/${lab.zones[1]}/machineTypes/e2-small` }),
    );
  });

  it('come in pages, sorted by name, and a token is for the query that it came from', async () => {
    const first = await list('maxResults=2');
    expect(names(first)).toEqual(['a', 'b']);
    const token = encodeURIComponent(String(first.body.nextPageToken));
    const second = await list(`maxResults=2&pageToken=${token}`);
    expect(names(second)).toEqual(['c']);
    expect(second.body).not.toHaveProperty('nextPageToken');
    expect(await list(`pageToken=${token}&filter=name%3Da`)).toMatchObject(refusal(400, 'invalid', /'pageToken'/));
    expect(await list('pageToken=x')).toMatchObject(refusal(400, 'invalid', /'pageToken'/));
  });

  it('are filtered', async () => {
    expect(names(await list(`filter=${encodeURIComponent('labels.role=web AND status=RUNNING')}`))).toEqual(['a', 'b']);
    expect((await list(`filter=${encodeURIComponent('labels.role=none')}`)).body).not.toHaveProperty('items');
    expect(await list('filter=name%20eq%20a')).toMatchObject(refusal(400, 'invalid', /Invalid list filter expression/));
  });

  it.each(['maxResults=501', 'maxResults=-1', 'orderBy=status', 'fields=name', 'nosuch=1', 'alt=media'])('refuse %s', async (query) => {
    expect(await list(query)).toMatchObject({ status: 400 });
  });

  it('of all zones have a warning in the place of nothing', async () => {
    const { body } = await api.ask('GET', 'aggregated/instances?filter=name%3Dd');
    const warning = { warning: { code: 'NO_RESULTS_ON_PAGE', data: [{ key: 'scope' }] } };
    expect(body.items).toMatchObject({
      [`zones/${lab.zones[0]}`]: warning,
      [`zones/${lab.zones[1]}`]: { instances: [{ name: 'd' }] },
      [`zones/${lab.zones[2]}`]: warning,
    });
    const page = await api.ask('GET', 'aggregated/instances?maxResults=3');
    expect(page.body.items).toMatchObject({ [`zones/${lab.zones[1]}`]: warning });
    const rest = await api.ask('GET', `aggregated/instances?maxResults=3&pageToken=${String(page.body.nextPageToken)}`);
    expect(rest.body.items).toMatchObject({ [`zones/${lab.zones[1]}`]: { instances: [{ name: 'd' }] } });
  });

  it('of all zones fail with a zone that is down, or say which it is when that was asked for', async () => {
    lab.faults.plant({ zone: lab.zones[1] ?? '', times: 'always', how: { kind: 'cut' } });
    expect(await api.ask('GET', 'aggregated/instances')).toMatchObject({ status: 503 });
    const { body } = await api.ask('GET', 'aggregated/instances?returnPartialSuccess=true');
    expect(body.items).toMatchObject({
      [`zones/${lab.zones[0]}`]: { instances: expect.any(Array) },
      [`zones/${lab.zones[1]}`]: { warning: { code: 'UNREACHABLE' } },
    });
    expect(body.unreachables).toEqual([expect.stringMatching(new RegExp(`zones/${lab.zones[1]}$`))]);
    await expect(api.ask('GET', `zones/${lab.zones[1]}/instances`)).rejects.toThrow();
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
    expect(await api.ask('GET', path)).toMatchObject({ status: 200, body: { kind } });
  });

  it.each([
    'zones/europe-west4-z',
    'regions/us-east1',
    'global/networks/none',
    'global/images/none',
    'global/images/family/none',
    'zones/europe-west4-z/instances',
  ])('%s is not', async (path) => {
    expect(await api.ask('GET', path)).toMatchObject(refusal(404, 'notFound', /was not found$/));
  });

  it('gives of a family the newest image that is not deprecated', async () => {
    expect((await api.ask('GET', 'global/images/family/base')).body).toMatchObject({ name: 'base-v2', status: 'READY', architecture: 'X86_64' });
    expect((await api.ask('GET', 'global/images/base-v1')).body).toMatchObject({ deprecated: { state: 'DEPRECATED' } });
  });

  it('counts in its quotas what exists', async () => {
    const usage = async (metric: string): Promise<unknown> => {
      const { quotas } = (await api.ask('GET', `regions/${lab.region}`)).body as { quotas: { metric: string; usage: number }[] };
      return quotas.find((each) => each.metric === metric)?.usage;
    };
    await make('one');
    expect([await usage('CPUS'), await usage('INSTANCES'), await usage('DISKS_TOTAL_GB')]).toEqual([2, 1, 10]);
    await api.done(await api.ask('POST', `${zone}/instances/one/stop`));
    expect([await usage('CPUS'), await usage('INSTANCES')]).toEqual([0, 1]);
  });
});

describe('many at once', () => {
  const bulk = (body: object, where = zone): Promise<Answered> =>
    api.ask('POST', `${where}/instances/bulkInsert`, { instanceProperties: bulkProperties(lab), ...body });
  const existing = (): string[] => lab.inventory().instances.map((name) => name.split('/').slice(-3).join('/'));

  it('are named by a pattern, whose numbers go on after the biggest', async () => {
    const done = await api.done(await bulk({ count: 2, namePattern: 'w-##' }));
    expect(done).toMatchObject({
      operationType: 'bulkInsert',
      instancesBulkInsertOperationMetadata: { perLocationStatus: { [zone]: { status: 'DONE', createdVmCount: 2, targetVmCount: 2 } } },
    });
    await api.done(await bulk({ count: '1', namePattern: 'w-##' }));
    expect(existing()).toEqual(['w-01', 'w-02', 'w-03'].map((name) => `${lab.zones[0]}/instances/${name}`));
  });

  it('are named one by one', async () => {
    await api.done(await bulk({ count: 2, perInstanceProperties: { left: {}, right: {} } }));
    expect(existing()).toEqual(['left', 'right'].map((name) => `${lab.zones[0]}/instances/${name}`));
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

  it('fail inside Google when the machine type comes as an address', async () => {
    const instanceProperties = bulkProperties(lab, { machineType: `zones/${lab.zones[0]}/machineTypes/e2-small` });
    expect(await bulk({ count: 1, namePattern: 'w-#', instanceProperties })).toMatchObject({ status: 500 });
  });

  it('are none when there is no room for the least, and as many as there is room for when that is enough', async () => {
    await lab.stop();
    await open({ room: { 'europe-west4-a': 2 } });
    expect(await api.done(await bulk({ count: 3, namePattern: 'w-#' }))).toMatchObject({ error: { errors: [{ code: 'ZONE_RESOURCE_POOL_EXHAUSTED' }] } });
    expect(existing()).toEqual([]);
    expect(await api.done(await bulk({ count: 3, minCount: 1, namePattern: 'w-#' }))).not.toHaveProperty('error');
    expect(existing()).toHaveLength(2);
  });

  it('of a region are spread as asked, over the zones that are allowed and have room', async () => {
    await lab.stop();
    await open({ room: { 'europe-west4-a': 1 } });
    const regional = async (targetShape: string, locations = {}): Promise<string[]> => {
      const before = existing();
      const done = await api.done(await bulk({ count: 4, namePattern: 'w-##', locationPolicy: { targetShape, locations } }, `regions/${lab.region}`));
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
    lab.faults.plant({ call: 'compute.regionInstances.bulkInsert', zone: 'europe-west4-a', how: { kind: 'capacity' } });
    await api.done(await bulk({ count: 2, namePattern: 'w-#' }, `regions/${lab.region}`));
    expect(existing().map((name) => name.split('/')[0])).toEqual(['europe-west4-b', 'europe-west4-b']);
  });

  it('are one request when there are two hundred', async () => {
    const done = await api.done(await bulk({ count: 200, namePattern: 'w-###', instanceProperties: bulkProperties(lab, { machineType: 'e2-micro' }) }));
    expect(done).not.toHaveProperty('error');
    const addresses = names(await api.ask('GET', `${zone}/instances`));
    expect(addresses).toHaveLength(200);
  });
});

describe('limits', () => {
  it('of quota are told in the operation, and nothing is made', async () => {
    await lab.stop();
    await open({ quotas: { CPUS: 3 } });
    await make('one');
    expect(await make('two')).toMatchObject({
      error: {
        errors: [
          { code: 'QUOTA_EXCEEDED', message: `Quota 'CPUS' exceeded.  Limit: 3.0 in region europe-west4.`, errorDetails: [{ quotaInfo: { limit: 3 } }] },
        ],
      },
      httpErrorStatusCode: 403,
      httpErrorMessage: 'FORBIDDEN',
    });
    expect(lab.inventory().instances).toHaveLength(1);
    // A stopped one gives its vCPUs back, and may not get them again.
    await api.done(await api.ask('POST', `${zone}/instances/one/stop`));
    await make('two');
    expect(await api.done(await api.ask('POST', `${zone}/instances/one/start`))).toMatchObject({ error: { errors: [{ code: 'QUOTA_EXCEEDED' }] } });
    expect(await statusOf('one')).toBe('TERMINATED');
  });

  it('of room are told in the operation', async () => {
    await lab.stop();
    await open({ room: { 'europe-west4-a': 0 } });
    expect(await make('one')).toMatchObject({
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
    expect(lab.inventory()).toEqual({ instances: [], disks: [] });
  });
});
