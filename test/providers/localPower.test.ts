import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type RunningStore, startStore } from '../../lab/store/server.ts';
import { thingDir } from '../../providers/local/layout.ts';
import { currentPower, readPlan } from '../../providers/local/plan.ts';
import { bootReplica } from '../../providers/local/replica.ts';
import { isAlive, signal } from '../../providers/processes.ts';
import { type Fetchable, type PowerState, type PowerTarget, type ResourceId, STANDING, type WorkloadSpec } from '../../providers/spec.ts';
import { TestFiles } from './localFiles.ts';
import { spec, TestSite } from './localSite.ts';

let site: TestSite;
let files: TestFiles;

beforeAll(async () => {
  files = await new TestFiles().listen();
});

afterAll(() => files.close());

beforeEach(async () => {
  site = await TestSite.make();
});

afterEach(() => site.close());

const limit = () => AbortSignal.timeout(20_000);
const read = (id: ResourceId) => site.provider.readPower({ id }, limit());
const order = async (id: ResourceId, to: PowerTarget, restore?: Record<string, Fetchable>) =>
  site.provider.writePower({ id }, to, (await read(id)).version, limit(), restore);

async function put(id: ResourceId, to: PowerTarget, restore?: Record<string, Fetchable>): Promise<PowerState> {
  await order(id, to, restore);
  return site.until(`${id.role} is ${to}`, async () => {
    const state = await read(id);
    return state.power === 'changing' ? undefined : state;
  });
}

describe('power', () => {
  const id = () => site.id('orders/db', STANDING);
  const withData = (): WorkloadSpec => ({
    ...spec,
    files: files.pack('app.tgz', 'touch a'),
    data: { orders: { sizeBytes: 1, recovery: '', restore: files.put('first', 'first') } },
  });
  const data = (): string => join(thingDir(site.root, id()), '0', 'data');

  it('stays off, whoever ensures', async () => {
    await site.start(id(), spec);
    await put(id(), 'stopped');
    expect(await site.ensure(id(), spec)).toMatchObject({ phase: 'pending', detail: expect.stringContaining('stopped') });
    expect(await site.processes()).toEqual([]);
    expect(await read(id())).toMatchObject({ power: 'stopped' });
  });

  it('cut in the middle of a boot stays cut', async () => {
    for (let round = 0; round < 4; round++) {
      await order(id(), 'running').catch(() => site.ensure(id(), spec));
      await sleep(round * 60);
      expect(await put(id(), 'cut')).toMatchObject({ power: 'stopped' });
      await sleep(300);
      expect(await site.processes()).toEqual([]);
    }
  });

  it('is not given to a boot that was asked for before it was changed', async () => {
    await site.start(id(), spec);
    const thing = thingDir(site.root, id());
    const [plan, before] = await Promise.all([readPlan(thing), currentPower(thing)]);
    await put(id(), 'cut');
    await bootReplica(thing, 0, plan, before);
    await site.until('the late boot has ended', async () => ((await site.processes()).length === 0 ? true : undefined));
    expect((await readFile(join(thing, '0', 'log'), 'utf8')).match(/listening/g)).toHaveLength(1);
    expect(await read(id())).toMatchObject({ power: 'stopped' });
  });

  it('boots one program for all who ask at once', async () => {
    await site.start(id(), { ...spec, ports: {}, env: {}, boot: ['sh', '-c', 'echo started; exec sleep 100'] });
    for (const each of await site.processes()) await signal(each, 'SIGKILL');
    await site.until('all have ended', async () => ((await site.processes()).length === 0 ? true : undefined));
    const thing = thingDir(site.root, id());
    const [plan, power] = await Promise.all([readPlan(thing), currentPower(thing)]);
    await Promise.all([1, 2, 3, 4].map(() => bootReplica(thing, 0, plan, power)));
    await site.settled(id());
    await site.until('the others have gone', async () => ((await site.processes()).length === 2 ? true : undefined));
    expect((await readFile(join(thing, '0', 'log'), 'utf8')).match(/started/g)).toHaveLength(2);
  });

  it('on again finds data and files as they were, and fetches nothing', async () => {
    await site.start(id(), withData());
    await put(id(), 'cut');
    files.asked.length = 0;
    await put(id(), 'running');
    expect(files.asked).toEqual([]);
    expect(await readFile(join(data(), 'orders', 'recovery-point'), 'utf8')).toBe('first');
  });

  it('on with a recovery point replaces the data once, and keeps what was there', async () => {
    await site.start(id(), withData());
    await put(id(), 'stopped');
    await put(id(), 'running', { orders: files.put('second', 'second') });
    expect(await readFile(join(data(), 'orders', 'recovery-point'), 'utf8')).toBe('second');
    const kept = (await readdir(data())).filter((name) => name.startsWith('orders.kept-'));
    expect(kept).toHaveLength(1);
    expect(await readFile(join(data(), kept[0] ?? '', 'recovery-point'), 'utf8')).toBe('first');
    await put(id(), 'cut');
    await put(id(), 'running');
    expect((await readdir(data())).toSorted()).toEqual(['orders', ...kept]);
  });

  it('on with a recovery point restores once, however often it is booted for that', async () => {
    const wanted = withData();
    await site.start(id(), wanted);
    await put(id(), 'stopped');
    await put(id(), 'running', { orders: files.put('second', 'second') });
    await writeFile(join(data(), 'orders', 'newer'), '');
    for (const each of await site.processes()) if (each.env['NODE_COMPILE_CACHE']) await signal(each, 'SIGTERM');
    await site.until('it has ended', async () => ((await site.processes()).length === 0 ? true : undefined));
    await site.start(id(), wanted);
    expect((await readdir(join(data(), 'orders'))).toSorted()).toEqual(['newer', 'recovery-point']);
    expect((await readdir(data())).filter((name) => name.includes('kept'))).toHaveLength(1);
  });

  it('on with a spoilt recovery point does not run, and leaves the data where it is', async () => {
    await site.start(id(), withData());
    await put(id(), 'stopped');
    expect(await put(id(), 'running', { orders: { ...files.put('spoilt', 'spoilt'), sha256: '0'.repeat(64) } })).toMatchObject({
      power: 'stopped',
      detail: expect.stringContaining('sha256'),
    });
    expect(await readdir(data())).toEqual(expect.arrayContaining(['orders']));
    expect((await readdir(data())).filter((name) => name.includes('kept'))).toEqual([]);
    expect(await put(id(), 'running')).toMatchObject({ power: 'running' });
    expect(await readFile(join(data(), 'orders', 'recovery-point'), 'utf8')).toBe('first');
  });

  it('kills what does not stop by itself, when asked again after the grace', async () => {
    await site.start(id(), { ...spec, ports: {}, env: {}, boot: ['sh', '-c', 'trap "" TERM; setsid sleep 100 & while :; do sleep 1; done'] });
    await order(id(), 'stopped');
    const state = await site.until('it is off', async () => {
      const now = await read(id());
      if (now.power === 'changing') await site.provider.writePower({ id: id() }, 'stopped', now.version, limit());
      return now.power === 'changing' ? undefined : now;
    });
    expect(state).toMatchObject({ power: 'stopped' });
    expect(await site.processes()).toEqual([]);
  });

  it('that nobody switched off reads as off, and why, once every process has ended', async () => {
    await site.start(id(), { ...spec, replicas: 2 });
    for (const each of await site.processes()) await signal(each, 'SIGKILL');
    const state = await site.until('it is off', async () => {
      const now = await read(id());
      return now.power === 'stopped' ? now : undefined;
    });
    expect(state).toMatchObject({ power: 'stopped', detail: expect.stringContaining('listening') });
    expect(await put(id(), 'running')).toMatchObject({ power: 'running' });
  });

  it('goes to one of two who want it at once', async () => {
    await site.start(id(), spec);
    const { version } = await read(id());
    const both = await Promise.allSettled([
      site.provider.writePower({ id: id() }, 'stopped', version, limit()),
      site.provider.writePower({ id: id() }, 'cut', version, limit()),
    ]);
    const refused = both.filter((each) => each.status === 'rejected');
    for (const each of refused) expect(each.reason).toMatchObject({ code: 'Conflict' });
    expect(refused.length).toBeLessThan(2);
    expect(Number((await read(id())).version)).toBe(Number(version) + 1);
  });
});

describe('a lease', () => {
  let folder: string;
  let store: RunningStore;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'store-'));
    store = await startStore({ dir: folder, buckets: ['dr'] });
  });

  afterAll(async () => {
    await store.close();
    await rm(folder, { recursive: true });
  });

  const leased = (key: string, ttlSeconds: number): WorkloadSpec => ({
    ...spec,
    data: { orders: { sizeBytes: 1, recovery: '', lease: { at: `${store.url}/dr/${key}`, ttlSeconds } } },
  });
  const waiting = (id: ResourceId) =>
    site.until(`${id.role} waits`, async () => {
      const seen = await site.observe(id);
      return seen?.phase === 'pending' && seen.detail?.includes('held by') ? seen : undefined;
    });

  it('lets one write at a time: the other waits, says for whom, and starts when that has stopped', async () => {
    const [first, second] = [site.id('orders/db', 'aaaaaaaaaaaaaaaa'), site.id('orders/db', 'bbbbbbbbbbbbbbbb')];
    // A life so long that only a release lets the second one in.
    await site.start(first, leased('one', 600));
    await site.ensure(second, leased('one', 600));
    expect((await waiting(second)).detail).toMatch(/waiting: lease of orders: held by orders\/db\/0 .*ams/);
    await put(first, 'stopped');
    expect(await site.settled(second)).toMatchObject({ phase: 'ready' });
  });

  it('passes on when its holder was cut, after its life', async () => {
    const [first, second] = [site.id('orders/db', 'aaaaaaaaaaaaaaaa'), site.id('orders/db', 'bbbbbbbbbbbbbbbb')];
    await site.start(first, leased('two', 3));
    await site.ensure(second, leased('two', 3));
    await waiting(second);
    await put(first, 'cut');
    expect(await site.settled(second)).toMatchObject({ phase: 'ready' });
  });

  describe('that is lost', () => {
    const stubborn = ['sh', '-c', 'trap "" TERM; while :; do sleep 0.2; done'];
    const losing = async (name: string) => {
      const own = await startStore({ dir: join(folder, name), buckets: ['dr'] });
      const id = site.id(`orders/${name}`);
      const at = `${own.url}/dr/lease`;
      await site.start(id, { ...spec, component: name, boot: stubborn, data: { orders: { sizeBytes: 1, recovery: '', lease: { at, ttlSeconds: 3 } } } });
      const programs = (await site.processes()).filter(({ env }) => !env['NODE_COMPILE_CACHE']).map(({ pid, start }) => ({ pid, start }));
      expect(programs).not.toEqual([]);
      const held = await (await fetch(at)).text();
      await own.close();
      await site.until('it waits', async () => ((await site.observe(id))?.phase === 'pending' ? true : undefined));
      await site.until('all of the program has ended', async () => ((await Promise.all(programs.map(isAlive))).some(Boolean) ? undefined : true));
      const back = () => startStore({ dir: join(folder, name), buckets: ['dr'], port: Number(new URL(own.url).port) });
      return { id, at, held, back };
    };

    it('ends the program at once, politely or not; it runs again when nobody has held the lease since', async () => {
      const { id, back } = await losing('again');
      const own = await back();
      expect(await site.settled(id)).toMatchObject({ phase: 'ready' });
      await site.removed(id);
      await own.close();
    });

    it('keeps it down when another has held it: its data is old', async () => {
      const { id, at, held, back } = await losing('superseded');
      const own = await back();
      const next = { ...JSON.parse(held), holder: 'another', epoch: 2, term: 'theirs', released: true };
      // Its own retaking may be faster: then the other takes it from there.
      for (let epoch = 2; (await site.observe(id))?.phase !== 'failed'; epoch++) {
        await fetch(at, { method: 'PUT', body: JSON.stringify({ ...next, epoch: epoch + 1 }) });
        await sleep(300);
      }
      expect(await site.observe(id)).toMatchObject({
        phase: 'failed',
        code: 'Unavailable',
        detail: expect.stringMatching(/another at .* has held it since; its data is old/),
      });
      await site.removed(id);
      await own.close();
    });
  });

  it('is waited for without end, and the wait can be stopped', async () => {
    const [first, second] = [site.id('orders/db', 'aaaaaaaaaaaaaaaa'), site.id('orders/db', 'bbbbbbbbbbbbbbbb')];
    await site.start(first, leased('four', 600));
    await site.ensure(second, leased('four', 600));
    await waiting(second);
    await site.removed(second);
    expect(await read(first)).toMatchObject({ power: 'running' });
  });
});
