import { execFileSync } from 'node:child_process';
import { appendFileSync, createWriteStream, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { Agent, get, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { eventually, idsAt, idsIn, idsInFile, makeDirectory, makeOrder, placeMany, post, serve, sha256, startApp, startStore } from './orders.ts';

const asLine = (id: string): string => `${JSON.stringify(makeOrder(id))}\n`;

describe('db', { timeout: 60_000 }, () => {
  it('lists what it stored, newest last, and by tenant', async () => {
    const { url } = await startApp('db.js', { DATA: makeDirectory() });
    expect(await idsAt(url)).toEqual([]);
    const answers = [
      await post(url, makeOrder('a')),
      await post(url, makeOrder('b', 'canary')),
      await post(url, makeOrder('c', 'über & co', { note: 'line\u2028break\n' })),
    ];
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201]);
    expect(await idsAt(url)).toEqual(['a', 'b', 'c']);
    expect(await idsAt(url, '?canary=1')).toEqual(['b']);
    expect(await idsAt(url, `?tenant=${encodeURIComponent('über & co')}`)).toEqual(['c']);
    expect(await idsAt(url, '?tenant=nobody')).toEqual([]);
    expect(await (await fetch(`${url}/orders?tenant=acme`)).json()).toEqual({ orders: [makeOrder('a')] });
  });

  it('stores an id once: 200 for the same order again, 409 for another', async () => {
    const data = makeDirectory();
    const { url } = await startApp('db.js', { DATA: data });
    const together = await Promise.all(Array.from({ length: 20 }, () => post(url, makeOrder('a'))));
    expect(together.map(({ status }) => status).toSorted()).toEqual([...Array.from({ length: 19 }, () => 200), 201]);
    expect((await post(url, makeOrder('a'))).status).toBe(200);
    expect((await post(url, { ...makeOrder('a'), hash: 'other' })).status).toBe(409);
    expect(idsInFile(data)).toEqual(['a']);
  });

  it('refuses what is no order, what is too large and what it does not know', async () => {
    const { url } = await startApp('db.js', { DATA: makeDirectory() });
    const bad = ['{', '', 'null', '[]', '7', '{"id":"a","tenant":"t"}', '{"id":1,"tenant":"t","hash":"h"}', '{"id":"","tenant":"t","hash":"h"}'];
    const answers = await Promise.all(bad.map((body) => post(url, body)));
    expect(answers.map(({ status }) => status)).toEqual(bad.map(() => 400));
    expect((await post(url, makeOrder('big', 'acme', { note: 'x'.repeat(5_000_000) }))).status).toBe(413);
    expect((await post(url, makeOrder('fits', 'acme', { note: 'x'.repeat(64_000) }))).status).toBe(201);
    expect((await fetch(`${url}/other`)).status).toBe(404);
    expect((await fetch(`${url}//orders`)).status).toBe(404);
    expect((await fetch(`${url}/orders`, { method: 'DELETE' })).status).toBe(404);
    expect(await idsAt(url)).toEqual(['fits']);
  });

  it('answers only when the disk has the order, and orders that arrive together share an fsync', async () => {
    const slowDisk = `
      import { open } from 'node:fs/promises';
      const handle = await open('/dev/null');
      const file = Object.getPrototypeOf(handle);
      await handle.close();
      const { sync } = file;
      file.sync = async function () {
        await new Promise((resolve) => setTimeout(resolve, 300));
        await sync.call(this);
        console.error('fsync');
      };`;
    const db = await startApp('db.js', { DATA: makeDirectory() }, { node: ['--import', `data:text/javascript,${encodeURIComponent(slowDisk)}`] });
    const before = db.stderr().length;
    const waits = await Promise.all(
      Array.from({ length: 100 }, async (_, number) => {
        const sentAt = performance.now();
        expect((await post(db.url, makeOrder(`${number}`))).status).toBe(201);
        return performance.now() - sentAt;
      }),
    );
    expect(Math.min(...waits)).toBeGreaterThan(250);
    const fsyncs = db.stderr().slice(before).split('fsync').length - 1;
    expect(fsyncs).toBeGreaterThan(0);
    expect(fsyncs).toBeLessThan(20);
  });

  it('has every acknowledged order after kill -9 in the middle of load', async () => {
    const data = makeDirectory();
    for (const round of [1, 2, 3]) {
      const db = await startApp('db.js', { DATA: data });
      const before = idsInFile(data);
      expect(await idsAt(db.url)).toEqual(before);
      const load = placeMany(db.url, `${round}`);
      await eventually(() => load.acknowledged.length > 100, 'a hundred orders acknowledged');
      expect(await db.end('SIGKILL')).toBe('SIGKILL');
      await load.stop();
      const kept = new Set(idsInFile(data));
      expect(load.acknowledged.filter(({ id }) => !kept.has(id))).toEqual([]);
    }
  });

  it('drops a torn last line and goes on after it', async () => {
    const data = makeDirectory();
    writeFileSync(join(data, 'orders.jsonl'), `${asLine('a')}${asLine('b')}${asLine('ü').slice(0, 9)}`);
    const db = await startApp('db.js', { DATA: data });
    expect(await idsAt(db.url)).toEqual(['a', 'b']);
    await post(db.url, makeOrder('c'));
    expect(idsInFile(data)).toEqual(['a', 'b', 'c']);
  });

  it('takes over a recovery point on its first start only', async () => {
    const data = makeDirectory();
    const point = Buffer.concat([Buffer.from(asLine('a') + asLine('ü')), Buffer.from('{"id":"tö').subarray(0, 9)]);
    writeFileSync(join(data, 'recovery-point'), point);
    const first = await startApp('db.js', { DATA: data });
    expect(await idsAt(first.url)).toEqual(['a', 'ü']);
    expect((await post(first.url, makeOrder('a'))).status).toBe(200);
    expect((await post(first.url, makeOrder('b'))).status).toBe(201);
    expect(await first.end('SIGTERM')).toBe(0);
    expect(readFileSync(join(data, 'recovery-point'))).toEqual(point);

    writeFileSync(join(data, 'recovery-point'), asLine('older'));
    const second = await startApp('db.js', { DATA: data });
    expect(await idsAt(second.url)).toEqual(['a', 'ü', 'b']);
  });

  it('refuses to start from a recovery point with a broken line, naming it, and leaves no orders behind', async () => {
    const data = makeDirectory();
    writeFileSync(join(data, 'recovery-point'), `${asLine('a')}{"id":"b","tenant":"acme"}\n${asLine('c')}`);
    await expect(startApp('db.js', { DATA: data })).rejects.toThrow(/db\.js ended with 1: cannot start: .*recovery-point.*, line 2 is not an order/);
    expect(existsSync(join(data, 'orders.jsonl'))).toBe(false);
  });

  it('says what is missing in its settings', async () => {
    await expect(startApp('db.js', {})).rejects.toThrow('db.js ended with 2: DATA is not set: give it as DATA=./data');
    await expect(startApp('db.js', { DATA: makeDirectory(), BACKUP_EVERY: 'often' })).rejects.toThrow(
      'db.js ended with 1: BACKUP_EVERY is a number of seconds, not often',
    );
    const { url } = await startApp('db.js', { DATA: makeDirectory() });
    await expect(startApp('db.js', { DATA: makeDirectory(), LISTEN: url.replace('http://', '') })).rejects.toThrow(/ended with 1: cannot listen: .*EADDRINUSE/);
  });

  it('lists 100,000 orders to a slow client without holding them in memory', async () => {
    const data = makeDirectory();
    const file = createWriteStream(join(data, 'orders.jsonl'));
    const note = 'x'.repeat(1000);
    for (let number = 0; number < 100_000; number += 1) {
      if (!file.write(`${JSON.stringify(makeOrder(`${number}`, number % 1000 === 0 ? 'canary' : 'acme', { note }))}\n`)) await once(file, 'drain');
    }
    await once(file.end(), 'finish');
    const db = await startApp('db.js', { DATA: data });
    const memoryMiB = (): number => Number(execFileSync('ps', ['-o', 'rss=', '-p', `${db.pid}`], { encoding: 'utf8' })) / 1024;
    const idle = memoryMiB();
    const { body } = await fetch(`${db.url}/orders`);
    await sleep(500);
    let most = memoryMiB();
    const sampler = setInterval(() => (most = Math.max(most, memoryMiB())), 50);
    let bytes = 0;
    for await (const chunk of body ?? []) bytes += chunk.length;
    clearInterval(sampler);
    expect(bytes).toBeGreaterThan(100_000_000);
    expect(most - idle).toBeLessThan(60);
    expect(await idsAt(db.url, '?canary=1')).toHaveLength(100);
  });
});

describe('health of db', { timeout: 60_000 }, () => {
  const healthOf = async (url: string): Promise<unknown[]> => {
    const answer = await fetch(`${url}/health`);
    return [answer.status, await answer.json()];
  };

  it('counts orders and says when the last backup was', async () => {
    const store = await startStore();
    const { url } = await startApp('db.js', { DATA: makeDirectory(), BACKUP_URL: store.url, BACKUP_EVERY: '0.1' });
    await post(url, makeOrder('a'));
    await eventually(() => store.points.length === 2, 'a backup with the order');
    await eventually(async () => JSON.stringify(await healthOf(url)).includes(store.points[1]?.instant ?? 'none'), 'health names it');
    expect(await healthOf(url)).toEqual([200, { ok: true, orders: 1, lastBackupAt: store.points[1]?.instant }]);
    const alone = await startApp('db.js', { DATA: makeDirectory() });
    expect(await healthOf(alone.url)).toEqual([200, { ok: true, orders: 0, lastBackupAt: null }]);
  });

  it('fails, and orders are refused, while the file is gone, and is well again when it is back', async () => {
    const data = makeDirectory();
    const { url } = await startApp('db.js', { DATA: data });
    await post(url, makeOrder('a'));
    renameSync(join(data, 'orders.jsonl'), join(data, 'elsewhere'));
    expect(await healthOf(url)).toEqual([503, { ok: false, reason: expect.stringContaining('ENOENT') }]);
    expect((await post(url, makeOrder('b'))).status).toBe(503);
    writeFileSync(join(data, 'orders.jsonl'), asLine('a'));
    expect(await healthOf(url)).toEqual([503, { ok: false, reason: expect.stringContaining('was replaced') }]);
    renameSync(join(data, 'elsewhere'), join(data, 'orders.jsonl'));
    expect((await healthOf(url))[0]).toBe(200);
    expect((await post(url, makeOrder('b'))).status).toBe(201);
    appendFileSync(join(data, 'orders.jsonl'), asLine('smuggled'));
    expect(await healthOf(url)).toEqual([503, { ok: false, reason: expect.stringContaining('written to by something else') }]);
  });

  it('fails when the disk is full; nothing torn is left, and a refused order may be placed again', async () => {
    const data = makeDirectory();
    const eightKiB = ['sh', '-c', 'ulimit -f 16 && exec "$@"', 'sh'];
    const { url } = await startApp('db.js', { DATA: data }, { wrapper: eightKiB });
    expect((await post(url, makeOrder('a'))).status).toBe(201);
    const large = makeOrder('large', 'acme', { note: 'x'.repeat(20_000) });
    const answer = await post(url, large);
    expect([answer.status, await answer.json()]).toEqual([503, { ok: false, reason: expect.stringMatching(/cannot be stored: E(FBIG|NOSPC)/) }]);
    expect(await healthOf(url)).toEqual([503, { ok: false, reason: expect.stringMatching(/EFBIG|ENOSPC/) }]);
    expect((await post(url, makeOrder('large'))).status).toBe(201);
    expect(await idsAt(url)).toEqual(['a', 'large']);
    expect(idsInFile(data)).toEqual(['a', 'large']);
    expect(existsSync(join(data, 'write-test'))).toBe(false);
  });

  it('fails when the disk does not keep what is written, and order and health recover with it', async () => {
    const data = makeDirectory();
    const broken = join(makeDirectory(), 'broken');
    const brokenDisk = `
      import { existsSync } from 'node:fs';
      import { open } from 'node:fs/promises';
      const handle = await open('/dev/null');
      const file = Object.getPrototypeOf(handle);
      await handle.close();
      const { sync } = file;
      file.sync = function () {
        return existsSync(process.env.BROKEN) ? Promise.reject(new Error('EIO: i/o error, fsync')) : sync.call(this);
      };`;
    const { url } = await startApp('db.js', { DATA: data, BROKEN: broken }, { node: ['--import', `data:text/javascript,${encodeURIComponent(brokenDisk)}`] });
    expect((await post(url, makeOrder('a'))).status).toBe(201);
    mkdirSync(broken);
    expect((await post(url, makeOrder('b'))).status).toBe(503);
    expect(await healthOf(url)).toEqual([503, { ok: false, reason: expect.stringContaining('EIO') }]);
    expect(await idsAt(url)).toEqual(['a']);
    rmSync(broken, { recursive: true });
    expect((await healthOf(url))[0]).toBe(200);
    expect((await post(url, makeOrder('b'))).status).toBe(201);
    expect(idsInFile(data)).toEqual(['a', 'b']);
  });
});

describe('recovery points', { timeout: 60_000 }, () => {
  it('are whole, named after their hash and the instant at which they held all that was acknowledged and nothing later', async () => {
    const store = await startStore();
    const db = await startApp('db.js', { DATA: makeDirectory(), BACKUP_URL: store.url, BACKUP_EVERY: '0.2', BACKUP_TOKEN: 'let-me-in' });
    await eventually(() => store.points.length === 1, 'the first one comes without any order');
    expect(store.points[0]?.body).toHaveLength(0);
    const load = placeMany(db.url);
    await eventually(() => store.points.length >= 6, 'six recovery points');
    await load.stop();
    expect(store.headers[0]).toMatchObject({ authorization: 'Bearer let-me-in', 'content-length': '0' });
    for (const { instant, sha256: named, body, receivedAt } of store.points) {
      expect(new Date(instant).toISOString()).toBe(instant);
      expect(Date.parse(instant)).toBeLessThanOrEqual(receivedAt);
      expect(sha256(body)).toBe(named);
      const held = new Set(idsIn(body));
      expect(load.acknowledged.filter(({ id, ackAt }) => ackAt < Date.parse(instant) && !held.has(id))).toEqual([]);
      expect(load.acknowledged.filter(({ id, sentAt }) => sentAt > Date.parse(instant) && held.has(id))).toEqual([]);
    }
    const last = store.points.at(-1);
    const elsewhere = makeDirectory();
    writeFileSync(join(elsewhere, 'recovery-point'), last?.body ?? '');
    const restored = await startApp('db.js', { DATA: elsewhere });
    expect(await idsAt(restored.url)).toEqual(idsIn(last?.body ?? ''));
  });

  it('are not made when nothing changed', async () => {
    const store = await startStore();
    const db = await startApp('db.js', { DATA: makeDirectory(), BACKUP_URL: store.url, BACKUP_EVERY: '0.05' });
    await eventually(() => store.points.length === 1, 'the first one');
    await sleep(500);
    expect(store.points).toHaveLength(1);
    await post(db.url, makeOrder('a'));
    await eventually(() => store.points.length === 2, 'one with the new order');
    expect(await db.end('SIGTERM')).toBe(0);
    expect(store.points).toHaveLength(2);
  });

  it('go on when the store failed for a while, which is said once', async () => {
    const store = await startStore();
    store.behave.status = 500;
    const db = await startApp('db.js', { DATA: makeDirectory(), BACKUP_URL: store.url, BACKUP_EVERY: '0.05' });
    await eventually(() => store.headers.length > 3, 'some attempts');
    store.behave.status = 200;
    await eventually(() => store.points.length === 1, 'one that is taken');
    await eventually(() => db.stderr().includes('again\n'), 'it says so');
    expect(db.stderr()).toBe('backup: no recovery point, will try again: the store answered 500\nbackup: the store takes recovery points again\n');
  });
});

describe('SIGTERM', { timeout: 60_000 }, () => {
  it('makes db refuse new orders, finish those it accepted, and back up every acknowledged one', async () => {
    const store = await startStore();
    const data = makeDirectory();
    const db = await startApp('db.js', { DATA: data, BACKUP_URL: store.url, BACKUP_EVERY: '3600' });
    const load = placeMany(db.url);
    await eventually(() => load.acknowledged.length > 100, 'a hundred orders acknowledged');
    store.behave.status = 503;
    const ended = db.end('SIGTERM');
    let late = 0;
    await eventually(async () => (await post(db.url, makeOrder(`late-${(late += 1)}`))).status === 503, 'new orders are refused');
    expect((await fetch(`${db.url}/health`)).status).toBe(503);
    store.behave.status = 200;
    expect(await ended).toBe(0);
    await load.stop();
    const last = store.points.at(-1)?.body ?? '';
    const held = new Set(idsIn(last));
    expect(load.acknowledged.filter(({ id }) => !held.has(id))).toEqual([]);
    expect(idsIn(last)).toEqual(idsInFile(data));
    expect(held.has(`late-${late}`)).toBe(false);
  });

  it.each([
    ['cannot be reached', true, 'ECONNREFUSED'],
    ['never answers', false, 'no answer'],
  ])('ends db with 1 within 5 s, saying why, when the store %s', async (_, gone, reason) => {
    const store = await startStore();
    store.behave.hangs = true;
    const url = gone ? 'http://127.0.0.1:1/dr/' : store.url;
    const db = await startApp('db.js', { DATA: makeDirectory(), BACKUP_URL: url });
    await post(db.url, makeOrder('a'));
    const began = performance.now();
    expect(await db.end('SIGTERM')).toBe(1);
    expect(performance.now() - began).toBeLessThan(6_000);
    expect(db.stderr()).toMatch(new RegExp(`the final backup failed, .*${reason}`));
  });

  it('ends db at once when it has no store', async () => {
    const db = await startApp('db.js', { DATA: makeDirectory() });
    await post(db.url, makeOrder('a'));
    expect(await db.end('SIGTERM')).toBe(0);
    expect(db.stderr()).toBe('');
  });

  it('ends api politely: the answer under way is given, idle connections are closed', async () => {
    const underWay: ServerResponse[] = [];
    const db = await serve((_, response) => void underWay.push(response));
    const api = await startApp('api.js', { DB: db.url, SITE: 'fra' });
    const [idle] = await once(get(`${api.url}/nothing`, { agent: new Agent({ keepAlive: true }) }), 'response');
    const { socket } = idle.resume();
    await once(idle, 'end');
    const request = get(`${api.url}/orders`, { agent: new Agent({ keepAlive: true }) });
    const answered = once(request, 'response');
    await eventually(() => underWay.length === 1, 'the request has reached db');
    const ended = api.end('SIGTERM');
    await eventually(() => socket.destroyed, 'the idle connection is closed');
    underWay[0]?.end('{"orders":[]}');
    const [response] = await answered;
    expect(await text(response)).toBe('{"orders":[]}');
    expect(await ended).toBe(0);
  });

  it('ends api within 2 s although db never answers', async () => {
    const db = await serve(() => {});
    const api = await startApp('api.js', { DB: db.url, SITE: 'fra' });
    const answer = fetch(`${api.url}/orders`).catch(() => 'cut');
    await sleep(200);
    const began = performance.now();
    expect(await api.end('SIGTERM')).toBe(0);
    expect(performance.now() - began).toBeLessThan(3_000);
    expect(await answer).toBe('cut');
  });
});

describe('api', { timeout: 60_000 }, () => {
  it('passes orders to db and back, and every answer says from which site', async () => {
    const db = await startApp('db.js', { DATA: makeDirectory() });
    const { url } = await startApp('api.js', { DB: db.url, SITE: 'onprem-fra' });
    const answers = [
      await post(url, makeOrder('a', 'canary')),
      await post(url, makeOrder('a', 'canary')),
      await post(url, { ...makeOrder('a'), hash: 'other' }),
      await post(url, '{'),
      await post(url, makeOrder('b', 'acme', { note: 'x'.repeat(70_000) })),
      await fetch(`${url}/orders?canary=1`),
      await fetch(`${url}/orders?tenant=acme`),
      await fetch(`${url}/health`),
      await fetch(`${url}//elsewhere/orders`),
    ];
    expect(answers.map(({ status }) => status)).toEqual([201, 200, 409, 400, 413, 200, 200, 200, 404]);
    expect(answers.map(({ headers }) => headers.get('x-site'))).toEqual(answers.map(() => 'onprem-fra'));
    expect(await answers[0]?.json()).toEqual({ id: 'a', hash: makeOrder('a').hash });
    expect(await answers[5]?.json()).toEqual({ orders: [makeOrder('a', 'canary')] });
    expect(await answers[6]?.json()).toEqual({ orders: [] });

    await db.end('SIGKILL');
    const refused = [await post(url, makeOrder('c')), await fetch(`${url}/orders`), await fetch(`${url}/health`)];
    expect(refused.map(({ status }) => status)).toEqual([503, 503, 503]);
    expect(refused.map(({ headers }) => headers.get('x-site'))).toEqual(refused.map(() => 'onprem-fra'));

    const garbage = connect(Number(new URL(url).port), '127.0.0.1').end('no http\r\n\r\n');
    expect(await text(garbage)).toMatch(/^HTTP\/1\.1 400 .*\r\nx-site: onprem-fra\r\n/);
  });

  it('has a health that is honest about db', async () => {
    const behave = { status: 200, body: '{"ok":true}', hangs: false };
    const db = await serve((_, response) => {
      if (!behave.hangs) response.writeHead(behave.status).end(behave.body);
    });
    const { url } = await startApp('api.js', { DB: db.url, SITE: 'fra' });
    const health = async (): Promise<unknown[]> => {
      const answer = await fetch(`${url}/health`);
      return [answer.status, await answer.json()];
    };
    expect(await health()).toEqual([200, { ok: true, site: 'fra' }]);
    Object.assign(behave, { status: 503, body: '{"ok":false,"reason":"disk full"}' });
    expect(await health()).toEqual([503, { ok: false, site: 'fra', reason: 'db: disk full' }]);
    for (const body of ['<h1>Maintenance</h1>', '{"ok":false}', '{}', 'null']) {
      Object.assign(behave, { status: 200, body });
      expect((await health())[0]).toBe(503);
    }
    Object.assign(behave, { hangs: true });
    const began = performance.now();
    expect(await health()).toEqual([503, { ok: false, site: 'fra', reason: 'db: no answer within 800 ms' }]);
    expect(performance.now() - began).toBeLessThan(3_000);
    db.server.close().closeAllConnections();
    expect(await health()).toEqual([503, { ok: false, site: 'fra', reason: expect.stringContaining('ECONNREFUSED') }]);
  });

  it('cuts a listing off, rather than ending it well, when db dies in the middle', async () => {
    const db = await serve((_, response) => {
      response.writeHead(200).write('{"orders":[', () => setTimeout(() => response.destroy(), 100));
    });
    const { url } = await startApp('api.js', { DB: db.url, SITE: 'fra' });
    await expect(fetch(`${url}/orders`).then((answer) => answer.text())).rejects.toThrow();
    expect((await fetch(`${url}/nothing`)).status).toBe(404);
  });
});
