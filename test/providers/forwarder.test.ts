import { mkdtempSync, rmSync } from 'node:fs';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type RunningForwarder, startForwarder } from '../../lab/forwarder/server.ts';
import { type ForwarderConfig, forwarderConfig, forwarderDriver } from '../../providers/forwarder/index.ts';
import { Provider } from '../../providers/provider.ts';
import { type Harness, testDriver } from '../conformance/index.ts';
import { closedPort } from '../lab/closedPort.ts';
import { EchoClient, EchoTarget, whoAnswers } from '../lab/echo.ts';

const LOOPBACK = { host: '127.0.0.1', port: 0 };

testDriver('forwarder', async (): Promise<Harness> => {
  const dir = mkdtempSync(join(tmpdir(), 'forwarder-'));
  const forwarder = await startForwarder({ state: join(dir, 'state.json'), admin: LOOPBACK, routes: { orders: LOOPBACK } });
  const pair = [new EchoTarget('a'), new EchoTarget('b')] as const;
  const targets = [await pair[0].listen(), await pair[1].listen()] as const;
  const driver = () => forwarderDriver({ orders: configOf(forwarder, 'orders'), gone: configOf(forwarder, 'orders', { name: 'gone' }) });
  const nobody = `http://127.0.0.1:${await closedPort()}`;
  const away = () => new Provider(forwarderDriver({ orders: configOf(forwarder, 'orders', { admin: nobody }) }));
  const provider = new Provider(driver());
  return {
    driver,
    specs: {},
    mark: (run = '0123456789abcdef') => ({ installation: 'conformance', run, expires: '2999-01-01T00:00:00.000Z' }),
    loseNextReply: driver,
    provoke: {
      Unavailable: ({ signal }) => away().readRoute('orders', signal),
      NotFound: ({ signal }) => provider.readRoute('gone', signal),
      Conflict: ({ signal }) => provider.writeRoute('orders', { targets: [], ttlSeconds: 0 }, 'stale', signal),
      Invalid: ({ signal }) => provider.writeRoute('orders', { targets: [{ ...targets[0], weight: 99 }], ttlSeconds: 0 }, 'any', signal),
      Throttled: 'cannot',
      Capacity: 'cannot',
      Quota: 'cannot',
      Denied: 'cannot',
      Unsupported: 'cannot',
      Unknown: 'cannot',
    },
    plantForeign: () => Promise.reject(new Error('a forwarder owns nothing')),
    many: 0,
    traffic: {
      route: 'orders',
      missing: 'payments',
      targets,
      connect: async () => {
        const client = new EchoClient(forwarder.routes['orders'] ?? '');
        await client.line();
        return { isOpen: () => client.isOpen(), close: async () => client.close() };
      },
    },
    readyWithinMs: 5000,
    pollMs: 20,
    secrets: [],
    close: async () => {
      await forwarder.close();
      for (const target of pair) await target.close();
      rmSync(dir, { recursive: true });
    },
  };
});

describe('the forwarder driver', () => {
  let dir: string;
  let forwarder: RunningForwarder;
  const provider = (more: Partial<ForwarderConfig> = {}) =>
    new Provider(forwarderDriver({ orders: configOf(forwarder, 'orders', more), drill: configOf(forwarder, 'drill', { name: 'orders-drill' }) }));

  beforeEach(async () => {
    dir = mkdtempSync(join(tmpdir(), 'forwarder-'));
    forwarder = await startForwarder({
      state: join(dir, 'state.json'),
      admin: LOOPBACK,
      routes: { orders: LOOPBACK, 'orders-drill': LOOPBACK },
      ttlSeconds: 7,
    });
  });
  afterEach(async () => {
    await forwarder.close();
    rmSync(dir, { recursive: true });
  });

  it('puts a route back to pointing nowhere, as it was found', async ({ signal }) => {
    const target = new EchoTarget('a');
    const endpoint = await target.listen();
    const found = await provider().readRoute('orders', signal);
    expect(found).toMatchObject({ targets: [], ttlSeconds: 7 });
    const written = await provider().writeRoute('orders', { targets: [{ ...endpoint, weight: 100 }], ttlSeconds: 0 }, found.version, signal);
    expect(await whoAnswers(forwarder.routes['orders'] ?? '')).toBe('a');
    await provider().writeRoute('orders', { targets: found.targets, ttlSeconds: found.ttlSeconds }, written.version, signal);
    expect(await whoAnswers(forwarder.routes['orders'] ?? '')).toBeUndefined();
    await target.close();
  });

  it('keeps two routes of one forwarder apart, each by its own name there', async ({ signal }) => {
    const { version } = await provider().readRoute('drill', signal);
    const targets = [{ host: '127.0.0.1', port: 9, weight: 100 }];
    await provider().writeRoute('drill', { targets, ttlSeconds: 0 }, version, signal);
    expect(await provider().readRoute('drill', signal)).toMatchObject({ targets });
    expect(await provider().readRoute('orders', signal)).toMatchObject({ targets: [] });
  });

  it('names an admin door that answers nonsense Unknown, and one that breaks down Unavailable', async ({ signal }) => {
    const door = createServer((request, response) => response.writeHead(request.method === 'GET' ? 200 : 500).end('<html>')).listen(0, '127.0.0.1');
    await once(door, 'listening');
    const address = door.address();
    const admin = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
    await expect(provider({ admin }).readRoute('orders', signal)).rejects.toMatchObject({ code: 'Unknown' });
    await expect(provider({ admin }).cutRoute('orders', [], signal)).rejects.toMatchObject({ code: 'Unavailable' });
    door.closeAllConnections();
    door.close();
  });

  it.each([
    [
      { driver: 'forwarder', admin: 'http://h:1', url: 'http://h:2/', ttl: 3, name: 'x' },
      { driver: 'forwarder', admin: 'http://h:1', url: 'http://h:2', ttl: 3, name: 'x' },
    ],
    [
      { driver: 'forwarder', admin: 'http://h:1', url: 'http://h:2' },
      { driver: 'forwarder', admin: 'http://h:1', url: 'http://h:2', ttl: 0 },
    ],
  ])('takes %j', (entry, config) => {
    expect(forwarderConfig.parse(entry)).toEqual(config);
  });

  it.each([
    { driver: 'forwarder', admin: 'h:1', url: 'http://h:2' },
    { driver: 'forwarder', admin: 'http://h:1' },
    { driver: 'forwarder', admin: 'http://h:1', url: 'http://h:2', tll: 3 },
    { driver: 'forwarder', admin: 'http://h:1', url: 'http://h:2', ttl: -1 },
  ])('refuses %j', (entry) => {
    expect(forwarderConfig.safeParse(entry).success).toBe(false);
  });
});

function configOf(forwarder: RunningForwarder, route: string, more: Partial<ForwarderConfig> = {}): ForwarderConfig {
  return { driver: 'forwarder', admin: forwarder.admin, url: forwarder.routes[route] ?? 'http://127.0.0.1:9', ttl: 0, ...more };
}
