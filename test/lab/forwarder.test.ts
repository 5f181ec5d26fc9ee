import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { route, type RouteValue } from '../../lab/forwarder/route.ts';
import { type RunningForwarder, startForwarder } from '../../lab/forwarder/server.ts';
import { closedPort } from './closedPort.ts';
import { EchoClient, EchoTarget, whoAnswers } from './echo.ts';
import { endAll, firstLine, run } from './process.ts';

const MAIN = new URL('../../lab/forwarder/main.ts', import.meta.url).pathname;
const LOOPBACK = { host: '127.0.0.1', port: 0 };
const ready = z.object({ admin: z.url(), routes: z.object({ orders: z.url() }) });

let dir: string;
let state: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'forwarder-'));
  state = join(dir, 'state.json');
});
afterEach(async () => {
  await endAll();
  rmSync(dir, { recursive: true });
});

describe('the lab forwarder', () => {
  let forwarder: RunningForwarder;
  let door: string;
  let targets: readonly EchoTarget[];
  let ports: readonly number[];
  const to = (...weights: number[]): RouteValue => ({
    targets: weights.map((weight, n) => ({ host: '127.0.0.1', port: ports[n] ?? 0, weight })),
    ttlSeconds: 0,
  });

  beforeEach(async () => {
    forwarder = await startForwarder({ state, admin: LOOPBACK, routes: { orders: LOOPBACK } });
    door = forwarder.routes['orders'] ?? '';
    targets = [new EchoTarget('a'), new EchoTarget('b')];
    ports = await Promise.all(targets.map(async (target) => (await target.listen()).port));
  });
  afterEach(async () => {
    await forwarder.close();
    for (const target of targets) await target.close();
  });

  it('turns clients away while it points nowhere', async () => {
    expect(await whoAnswers(door)).toBeUndefined();
  });

  it('deals new connections out by weight', async () => {
    await write(forwarder.admin, to(75, 25));
    const answers: (string | undefined)[] = [];
    for (let n = 0; n < 40; n += 1) answers.push(await whoAnswers(door));
    expect([answers.filter((name) => name === 'a').length, answers.filter((name) => name === 'b').length]).toEqual([30, 10]);
    await write(forwarder.admin, to(0, 100));
    expect(await whoAnswers(door)).toBe('b');
  });

  it('sends the first connection after the answer to the new target, and keeps the old ones', async () => {
    await write(forwarder.admin, to(100));
    const before = new EchoClient(door);
    expect(await before.line()).toBe('a');
    await write(forwarder.admin, to(0, 100));
    expect(await whoAnswers(door)).toBe('b');
    expect(await before.isOpen()).toBe(true);
    await write(forwarder.admin, to());
    expect(await whoAnswers(door)).toBeUndefined();
    expect(await before.isOpen()).toBe(true);
    before.close();
  });

  it('cuts the connections to one target at both ends, and says how many', async () => {
    await write(forwarder.admin, to(50, 50));
    const clients = Array.from({ length: 6 }, () => new EchoClient(door));
    const names = await Promise.all(clients.map((client) => client.line()));
    expect(await (await cut(forwarder.admin, to(100).targets)).json()).toEqual({ cut: 3 });
    expect(await Promise.all(clients.map((client) => client.isOpen()))).toEqual(names.map((name) => name === 'b'));
    await until(() => targets[0]?.connections === 0);
    for (const client of clients) client.close();
  });

  it('cuts a connection that is full of what its client does not read', async () => {
    await write(forwarder.admin, to(100));
    const client = new EchoClient(door);
    await client.line();
    client.socket.pause();
    client.socket.write('x'.repeat(30_000_000));
    await sleep(200);
    expect(await (await cut(forwarder.admin, to(100).targets)).json()).toEqual({ cut: 1 });
    await until(() => targets[0]?.connections === 0);
    client.close();
  });

  it('ends at once, whatever its connections are about to do', async () => {
    await write(forwarder.admin, to(50, 50));
    const clients = Array.from({ length: 20 }, () => new EchoClient(door));
    for (const client of clients) await client.line();
    for (const client of clients) client.socket.end();
    await forwarder.close();
    await until(() => targets.every(({ connections }) => connections === 0));
  });

  it('cuts connections whose target never answers, and those that are still being made', async () => {
    // A stopped process accepts nothing: the first few connections wait in its queue, the others hang in the making.
    const deaf = run('-e', ["const s = require('net').createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => console.log(s.address().port))"]);
    const port = z.number().parse(await firstLine(deaf));
    deaf.child.kill('SIGSTOP');
    await write(forwarder.admin, { targets: [{ host: '127.0.0.1', port, weight: 100 }], ttlSeconds: 0 });
    const clients = Array.from({ length: 8 }, () => new EchoClient(door));
    await sleep(300);
    expect(clients.filter(({ socket }) => socket.destroyed)).toEqual([]);
    expect(await (await cut(forwarder.admin, [{ host: '127.0.0.1', port }])).json()).toEqual({ cut: 8 });
    for (const client of clients) expect(await client.line()).toBeUndefined();
  });

  it('lets no client wait for ever on a target that does not even refuse', async () => {
    const deaf = run('-e', ["const s = require('net').createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => console.log(s.address().port))"]);
    const port = z.number().parse(await firstLine(deaf));
    deaf.child.kill('SIGSTOP');
    await write(forwarder.admin, { targets: [{ host: '127.0.0.1', port, weight: 100 }], ttlSeconds: 0 });
    const clients = Array.from({ length: 8 }, () => new EchoClient(door));
    await until(() => clients.some(({ socket }) => socket.destroyed));
    for (const client of clients) client.close();
  });

  it('carries much, both ways, and a half-closed end', async () => {
    await write(forwarder.admin, to(100));
    const client = new EchoClient(door);
    expect(await client.line()).toBe('a');
    const long = 'x'.repeat(5_000_000);
    client.socket.end(`${long}\nlast\n`);
    expect((await client.line()) === long).toBe(true);
    expect([await client.line(), await client.line()]).toEqual(['last', undefined]);
    client.close();
    await until(() => targets[0]?.connections === 0);
  });

  it('passes on that a target died, and that a client did', async () => {
    await write(forwarder.admin, to(50, 50));
    const clients = [new EchoClient(door), new EchoClient(door)];
    for (const client of clients) await client.line();
    await targets[0]?.close();
    await until(() => clients.filter(({ socket }) => socket.destroyed || socket.readableEnded).length === 1);
    for (const client of clients) client.socket.resetAndDestroy();
    await until(() => targets[1]?.connections === 0);
  });

  it('outlives targets that refuse, hang up or reset, and clients that run away', async () => {
    const rude = createServer((socket) => socket.resetAndDestroy()).listen(0, '127.0.0.1');
    await until(() => rude.listening);
    const address = rude.address();
    const bad = [await closedPort(), typeof address === 'object' && address ? address.port : 0];
    for (const port of bad) {
      await write(forwarder.admin, { targets: [{ host: '127.0.0.1', port, weight: 100 }], ttlSeconds: 0 });
      expect(await Promise.all(Array.from({ length: 10 }, () => whoAnswers(door)))).toEqual(Array(10).fill(undefined));
      for (let n = 0; n < 10; n += 1) new EchoClient(door).close();
    }
    await write(forwarder.admin, { targets: [{ host: 'no.such.host.invalid', port: 1, weight: 100 }], ttlSeconds: 0 });
    expect(await whoAnswers(door)).toBeUndefined();
    await write(forwarder.admin, to(100));
    expect(await whoAnswers(door)).toBe('a');
    rude.close();
  });

  it('carries HTTP, so that each connection is one target, whatever is asked on it', async () => {
    const site = createHttpServer((request, response) => response.end(`${request.method} ${request.url}`)).listen(0, '127.0.0.1');
    await until(() => site.listening);
    const address = site.address();
    await write(forwarder.admin, {
      targets: [{ host: '127.0.0.1', port: typeof address === 'object' && address ? address.port : 0, weight: 100 }],
      ttlSeconds: 0,
    });
    expect(await (await fetch(`${door}/orders?canary=1`)).text()).toBe('GET /orders?canary=1');
    site.closeAllConnections();
    site.close();
  });

  it.each([
    [{ targets: [], ttlSeconds: -1 }, /ttlSeconds/],
    [{ targets: [{ host: 'h', port: 1, weight: 99 }], ttlSeconds: 0 }, /weights must sum to 100/],
    [{ targets: [{ host: 'h', port: 0, weight: 100 }], ttlSeconds: 0 }, /targets\.0\.port/],
    [{ targets: [] }, /ttlSeconds/],
    ['no JSON', /expected object/],
  ])('refuses %j with 400, says why, and changes nothing', async (value, why) => {
    const before = await read(forwarder.admin);
    const response = await put(forwarder.admin, value, before.version);
    expect([response.status, await response.json()]).toEqual([400, { error: expect.stringMatching(why) }]);
    expect(await read(forwarder.admin)).toEqual(before);
  });

  it('refuses a stale version with 412, none with 400, and an unknown route with 404', async () => {
    expect((await put(forwarder.admin, to(100), '1-stale')).status).toBe(412);
    expect((await fetch(`${forwarder.admin}/routes/orders`, { method: 'PUT', body: JSON.stringify(to(100)) })).status).toBe(400);
    for (const name of ['payments', '__proto__', 'toString', '%zz']) expect((await fetch(`${forwarder.admin}/routes/${name}`)).status).toBe(404);
    expect((await fetch(`${forwarder.admin}/routes/payments/cut`, { method: 'POST', body: '{"targets":[]}' })).status).toBe(404);
  });

  it('lets one of many writers with the same version win', async () => {
    const { version } = await read(forwarder.admin);
    const statuses = await Promise.all(
      Array.from({ length: 20 }, async (_, ttlSeconds) => (await put(forwarder.admin, { targets: [], ttlSeconds }, version)).status),
    );
    expect(statuses.filter((status) => status === 200)).toHaveLength(1);
  });
});

describe('the lab forwarder as a process', () => {
  it('has the same route and version after kill -9, at the same door', async () => {
    const target = new EchoTarget('a');
    const { host, port } = await target.listen();
    let child = run(MAIN, ['--state', state, '--admin', '127.0.0.1:0', '--route', 'orders=127.0.0.1:0', '--ttl', '30']);
    const { admin, routes } = ready.parse(await firstLine(child));
    expect(await read(admin)).toMatchObject({ targets: [], ttlSeconds: 30 });
    let last = await write(admin, { targets: [{ host, port, weight: 100 }], ttlSeconds: 1 });
    for (let round = 0; round < 3; round += 1) {
      const writing = (async () => {
        for (let ttlSeconds = 0; ; ttlSeconds += 1) {
          const response = await put(admin, { targets: last.targets, ttlSeconds }, last.version).catch(() => undefined);
          if (!response?.ok) return;
          last = route.parse(await response.json().catch(() => last));
        }
      })();
      await sleep(150);
      await child.end('SIGKILL');
      await writing;
      const doors = ['--state', state, '--admin', new URL(admin).host, '--route', `orders=${new URL(routes.orders).host}`];
      child = run(MAIN, doors);
      expect(ready.parse(await firstLine(child))).toEqual({ admin, routes });
      const present = await read(admin);
      // The write that was under way may have come through as well.
      expect(Number.parseInt(present.version, 10) - Number.parseInt(last.version, 10)).toBeOneOf([0, 1]);
      last = present;
      expect(await whoAnswers(routes.orders)).toBe('a');
    }
    await child.end('SIGTERM');
    expect([child.child.exitCode, child.said()]).toEqual([0, '']);
    expect(JSON.parse(readFileSync(state, 'utf8'))).toEqual({ routes: { orders: last } });
    await target.close();
  });

  it('does not start with a state that it cannot read', async () => {
    writeFileSync(state, '{"routes": {');
    const child = run(MAIN, ['--state', state, '--admin', '127.0.0.1:0', '--route', 'orders=127.0.0.1:0']);
    await until(() => child.child.exitCode !== null);
    expect([child.child.exitCode, child.said()]).toEqual([
      1,
      `forwarder: ${state} is no state of a forwarder: restore it, or remove it to start with empty routes\n`,
    ]);
  });

  it.each([[[]], [['--route', 'orders']], [['--route', 'orders=nowhere']], [['--nonsense']]])('says what is wrong with %j and ends', async (args) => {
    const child = run(MAIN, ['--state', state, '--admin', '127.0.0.1:0', ...args]);
    await until(() => child.child.exitCode !== null);
    expect([child.child.exitCode, child.said()]).toEqual([1, expect.stringMatching(/^forwarder: .*\n/)]);
    expect(child.said()).not.toContain('    at ');
  });
});

async function read(admin: string) {
  return route.parse(await (await fetch(`${admin}/routes/orders`)).json());
}

function put(admin: string, value: unknown, version: string): Promise<Response> {
  return fetch(`${admin}/routes/orders`, { method: 'PUT', headers: { 'if-match': version }, body: typeof value === 'string' ? value : JSON.stringify(value) });
}

async function write(admin: string, value: RouteValue) {
  const response = await put(admin, value, (await read(admin)).version);
  expect(response.status).toBe(200);
  return route.parse(await response.json());
}

function cut(admin: string, targets: readonly { host: string; port: number }[]): Promise<Response> {
  return fetch(`${admin}/routes/orders/cut`, { method: 'POST', body: JSON.stringify({ targets }) });
}

async function until(holds: () => boolean): Promise<void> {
  for (let tries = 0; !holds(); tries += 1) {
    if (tries > 500) throw new Error('it never came to be');
    await sleep(20);
  }
}
