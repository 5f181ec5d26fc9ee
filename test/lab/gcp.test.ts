import { setTimeout as sleep } from 'node:timers/promises';
import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type GcpBench, namesIn, openGcpBench, refusal } from './gcpBench.ts';
import { instanceBody } from './gcpClient.ts';

let bench: GcpBench;
beforeEach(async () => {
  bench = await openGcpBench();
});
afterEach(() => bench.close());

describe('an operation', () => {
  it('goes from PENDING by RUNNING to DONE, and takes its time', async () => {
    bench.slowly('insert');
    const started = await bench.insert('one');
    expect(started.body).toMatchObject({ status: 'PENDING', progress: 0, operationType: 'insert', targetLink: expect.stringMatching(/\/instances\/one$/) });
    const seen = new Set<unknown>();
    for (let status: unknown; status !== 'DONE'; await sleep(15)) {
      ({ status } = (await bench.api.ask('GET', `${bench.zone}/operations/${String(started.body.name)}`)).body);
      seen.add(status);
    }
    expect([...seen].filter((each) => each !== 'PENDING')).toEqual(['RUNNING', 'DONE']);
  });

  it('is waited for by wait, and found by its number and in the list', async () => {
    const { name, id } = (await bench.insert('one')).body;
    expect((await bench.api.ask('POST', `${bench.zone}/operations/${String(name)}/wait`)).body).toMatchObject({ name, status: 'DONE', progress: 100 });
    expect((await bench.api.ask('GET', `${bench.zone}/operations/${String(id)}`)).body).toMatchObject({ name });
    expect(namesIn(await bench.api.ask('GET', `${bench.zone}/operations`))).toEqual([name]);
  });

  it('that nobody began is not found', async () => {
    expect(await bench.api.ask('GET', `${bench.zone}/operations/operation-1`)).toMatchObject(
      refusal(404, 'notFound', /operations\/operation-1' was not found$/),
    );
    expect(await bench.api.ask('GET', `regions/${bench.lab.region}/operations/o`)).toMatchObject({ status: 404 });
    expect(await bench.api.ask('GET', 'global/operations/o')).toMatchObject({ status: 404 });
  });
});

describe('an instance', () => {
  it('is there at once, and comes up by PROVISIONING and STAGING', async () => {
    bench.slowly('insert');
    const seen = new Set<unknown>();
    await bench.insert('one');
    for (let status: unknown; status !== 'RUNNING'; await sleep(15)) {
      status = await bench.statusOf('one');
      seen.add(status);
    }
    expect([...seen]).toEqual(['PROVISIONING', 'STAGING', 'RUNNING']);
  });

  it('has what was asked for, an address of the subnetwork, a boot disk, and its own fingerprints', async () => {
    await bench.make('one', { labels: { role: 'web' }, tags: { items: ['a'] }, metadata: { items: [{ key: 'user-data', value: '#!/bin/sh\n' }] } });
    const { body: subnet } = await bench.api.ask('GET', `regions/${bench.lab.region}/subnetworks/default`);
    expect(subnet).toMatchObject({ ipCidrRange: expect.stringMatching(/^127\.78\.\d+\.0\/22$/) });
    expect(await bench.get('one')).toMatchObject({
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
    expect((await bench.api.ask('GET', `${bench.zone}/disks/one`)).body).toMatchObject({ users: [expect.stringMatching(/instances\/one$/)], sizeGb: '10' });
  });

  it('has an outside address only where one was asked for', async () => {
    const { networkInterfaces } = instanceBody(bench.lab, 'x');
    await bench.make('inside');
    await bench.make('outside', { networkInterfaces: [{ subnetwork: bench.lab.subnetwork, accessConfigs: [{ type: 'ONE_TO_ONE_NAT' }] }] });
    expect(networkInterfaces).toEqual([{ subnetwork: bench.lab.subnetwork }]);
    expect(JSON.stringify(await bench.get('inside'))).not.toContain('natIP');
    expect(await bench.get('outside')).toMatchObject({ networkInterfaces: [{ accessConfigs: [{ natIP: expect.any(String) }] }] });
  });

  it('is found by its number, too', async () => {
    await bench.make('one');
    const { id } = await bench.get('one');
    expect(await bench.get(String(id))).toMatchObject({ name: 'one' });
  });

  it('stops to TERMINATED by STOPPING, and starts again', async () => {
    await bench.make('one');
    bench.slowly('stop');
    const stopping = await bench.act('one', 'stop');
    expect(await bench.statusOf('one')).toBe('STOPPING');
    await bench.api.done(stopping);
    expect(await bench.get('one')).toMatchObject({ status: 'TERMINATED', lastStopTimestamp: expect.any(String) });
    bench.slowly('start');
    const starting = await bench.act('one', 'start');
    expect(await bench.statusOf('one')).toBe('PROVISIONING');
    await bench.api.done(starting);
    expect(await bench.statusOf('one')).toBe('RUNNING');
  });

  it('is refused a stop or a start in the middle of another, and told nothing new where it stands so already', async () => {
    bench.slowly('insert');
    const starting = await bench.insert('one');
    expect(await bench.act('one', 'stop')).toMatchObject(refusal(400, 'resourceNotReady', /instances\/one' is not ready$/));
    await bench.api.done(starting);
    expect(await bench.api.done(await bench.act('one', 'start'))).not.toHaveProperty('error');
    bench.slowly('stop');
    const stopping = await bench.act('one', 'stop');
    expect(await bench.act('one', 'start')).toMatchObject(refusal(400, 'resourceNotReady', /is not ready/));
    await bench.api.done(stopping);
    expect(await bench.api.done(await bench.act('one', 'stop'))).not.toHaveProperty('error');
    expect(await bench.statusOf('one')).toBe('TERMINATED');
  });

  it('goes with its disk where that was asked for, and without it where not', async () => {
    const disks = [{ boot: true, initializeParams: { sourceImage: bench.lab.image } }];
    await bench.make('gone');
    await bench.make('kept', { disks });
    for (const name of ['gone', 'kept']) {
      bench.slowly('delete');
      const deleting = await bench.remove(name);
      expect(await bench.statusOf(name)).toBe('STOPPING');
      expect(await bench.remove(name)).toMatchObject(refusal(400, 'resourceNotReady', /not ready/));
      await bench.api.done(deleting);
      expect(await bench.api.ask('GET', `${bench.zone}/instances/${name}`)).toMatchObject(
        refusal(404, 'notFound', new RegExp(`instances/${name}' was not found$`)),
      );
    }
    expect(bench.lab.inventory()).toEqual({ instances: [], disks: [expect.stringMatching(/disks\/kept$/)] });
    await bench.api.done(await bench.api.ask('DELETE', `${bench.zone}/disks/kept`));
    expect(bench.lab.inventory()).toEqual({ instances: [], disks: [] });
    expect(await bench.remove('gone')).toMatchObject({ status: 404 });
  });

  it('can be deleted before it is up', async () => {
    bench.slowly('insert');
    const starting = await bench.insert('one');
    await bench.api.done(await bench.remove('one'));
    await bench.api.done(starting);
    expect(bench.lab.inventory()).toEqual({ instances: [], disks: [] });
  });

  it('keeps its disk from being deleted, and itself where it is protected', async () => {
    await bench.make('one', { deletionProtection: true });
    expect(await bench.api.ask('DELETE', `${bench.zone}/disks/one`)).toMatchObject(
      refusal(400, 'resourceInUseByAnotherResource', /disks\/one' is already being used by '.*instances\/one'$/),
    );
    expect(await bench.remove('one')).toMatchObject(refusal(400, 'invalidResourceUsage', /protected against deletion/));
  });
});

describe('a disk that an instance left behind', () => {
  it.each([
    ['its address', () => ({ source: `${bench.zone}/disks/old` })],
    ['its name', () => ({ initializeParams: { diskName: 'old', sourceImage: bench.lab.image } })],
  ])('is attached to the next by %s, and to one only', async (_, disk) => {
    await bench.make('old', { disks: [{ boot: true, initializeParams: { sourceImage: bench.lab.image } }] });
    const disks = [{ boot: true, autoDelete: true, ...disk() }];
    expect(await bench.insert('new', { disks })).toMatchObject(refusal(400, 'resourceInUseByAnotherResource', /already being used by '.*instances\/old'$/));
    await bench.api.done(await bench.remove('old'));
    await bench.make('new', { disks });
    expect(bench.lab.inventory().disks).toEqual([expect.stringMatching(/disks\/old$/)]);
    await bench.api.done(await bench.remove('new'));
    expect(bench.lab.inventory().disks).toEqual([]);
  });
});

describe('a name', () => {
  it('is given once: a second instance is refused, and one whose disk is still there', async () => {
    await bench.make('one', { disks: [{ boot: true, initializeParams: { sourceImage: bench.lab.image } }] });
    expect(await bench.insert('one')).toMatchObject(refusal(409, 'alreadyExists', /instances\/one' already exists$/));
    await bench.api.done(await bench.remove('one'));
    expect(await bench.insert('one')).toMatchObject(refusal(409, 'alreadyExists', /disks\/one' already exists$/));
  });
});

describe('a request id', () => {
  it('makes the second of the same request the first again', async () => {
    bench.slowly('insert');
    const query = `?requestId=${randomUUID()}`;
    const first = await bench.insert('one', {}, query);
    expect(query).toBe(`?requestId=${String(first.body.clientOperationId)}`);
    expect((await bench.insert('one', {}, query)).body.name).toBe(first.body.name);
    await bench.api.done(first);
    expect((await bench.insert('one', {}, query)).body).toMatchObject({ name: first.body.name, status: 'DONE' });
    expect(await bench.insert('one', {}, `?requestId=${randomUUID()}`)).toMatchObject({ status: 409 });
  });

  it('does not keep what was refused', async () => {
    const query = `?requestId=${randomUUID()}`;
    expect(await bench.insert('one', { machineType: `zones/${bench.lab.zones[0]}/machineTypes/none` }, query)).toMatchObject({ status: 400 });
    expect(await bench.insert('one', {}, query)).toMatchObject({ status: 200 });
  });

  it.each(['00000000-0000-0000-0000-000000000000', 'abc', ''])('must be a UUID and not zero: %j', async (id) => {
    const answered = await bench.insert('one', {}, `?requestId=${id}`);
    expect(answered).toMatchObject(refusal(400, 'invalid', /field 'requestId'/));
  });
});
