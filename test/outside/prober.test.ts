import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { askOnce } from '../../activities/outside/prober/ask.ts';
import type { IdentityRule, ProbeAsk, ProbeSpec } from '../../drills/probing.ts';
import { World } from './support/world.ts';

const ask = (what: ProbeAsk, identity?: ProbeSpec['identity'], timeoutSeconds = 0.4) =>
  askOnce({ name: 'p', ask: what, everySeconds: 1, timeoutSeconds, ...(identity && { identity }) }, 0, new Date());
const get = (url: string): ProbeAsk => ({ kind: 'http', method: 'GET', url });

/** A server that answers every request so. */
async function answering(
  status: number,
  body: string,
  headers: Record<string, string> = {},
): Promise<{ readonly url: string; connections(): number } & AsyncDisposable> {
  let connections = 0;
  const server = createServer((_, response) => response.writeHead(status, headers).end(body)).on('connection', () => (connections += 1));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    connections: () => connections,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

it.each([
  [200, true],
  [204, true],
  [299, true],
  [301, false],
  [302, false],
  [404, false],
  [503, false],
])('takes a %i as served: %s', async (status, ok) => {
  await using server = await answering(status, '', { location: '/elsewhere' });
  expect(await ask(get(server.url))).toMatchObject({ ok, ...(!ok && { error: `answered ${status}` }) });
});

it('names the answerer by a header or by a field of the body', async () => {
  await using server = await answering(200, '{"served":{"by":"body-site"}}', { 'X-Site': ' header-site ' });
  expect(await ask(get(server.url), { header: 'x-SITE' })).toMatchObject({ ok: true, site: 'header-site' });
  expect(await ask(get(server.url), { json: 'served.by' })).toMatchObject({ ok: true, site: 'body-site' });
});

const NAMELESS: readonly IdentityRule[] = [{ header: 'x-site' }, { json: 'site' }, { json: 'status.site' }, { json: '__proto__.site' }];

it.each(NAMELESS)('does not take a 200 as served when %j is declared and not there', async (identity) => {
  await using server = await answering(200, '{"status":"We are back soon"}');
  expect(await ask(get(server.url), identity)).toMatchObject({ ok: false, error: 'answered without identity' });
});

it('does not take a page for an identity', async () => {
  await using server = await answering(200, '<html>Back soon</html>');
  expect(await ask(get(server.url), { json: 'site' })).toMatchObject({ ok: false, error: 'answered without identity' });
});

it('says by whom a bad answer was given, without taking it as served', async () => {
  await using server = await answering(503, '', { 'x-site': 'onprem' });
  expect(await ask(get(server.url), { header: 'x-site' })).toMatchObject({ ok: false, error: 'answered 503 by onprem' });
});

it('gives up at the time-out whether connection, headers or body hang', async () => {
  await using world = await World.open();
  world.mood = 'hang';
  expect(await ask(get(world.url))).toMatchObject({ ok: false, error: 'no answer within 0.4 s' });
  world.mood = 'halfway';
  const sample = await ask(get(world.url));
  expect(sample).toMatchObject({ ok: false, error: 'answer not complete within 0.4 s' });
  expect(sample).toHaveProperty('ms', expect.closeTo(400, -2.7));
});

it('says that nobody listens', async () => {
  const world = await World.open();
  const { url, port } = world;
  await world[Symbol.asyncDispose]();
  expect(await ask(get(url))).toMatchObject({ ok: false, error: `connect ECONNREFUSED 127.0.0.1:${port}` });
  expect(await ask({ kind: 'tcp', host: '127.0.0.1', port })).toMatchObject({ ok: false, error: `connect ECONNREFUSED 127.0.0.1:${port}` });
});

it('puts no query into what it says, where a secret may be', async () => {
  expect(JSON.stringify(await ask(get('http://127.0.0.1:1/health?token=geheim')))).not.toContain('geheim');
});

it('reads no more than a bounded part of a long answer, and still knows the answerer by its header', async () => {
  await using server = await answering(200, 'x'.repeat(3 * 1024 * 1024), { 'x-site': 'a' });
  expect(await ask(get(server.url), { header: 'x-site' }, 5)).toMatchObject({ ok: true, site: 'a' });
  expect(await ask(get(server.url), { json: 'site' }, 5)).toMatchObject({ ok: false, error: 'answered without identity in the first 1048576 bytes' });
});

it('opens a new connection each time, though the server would keep it', async () => {
  await using server = await answering(200, 'ok');
  for (let i = 0; i < 3; i += 1) await ask(get(server.url));
  expect(server.connections()).toBe(3);
});

it('takes an accepted connection as served where TCP is asked for', async () => {
  await using world = await World.open();
  expect(await ask({ kind: 'tcp', host: '127.0.0.1', port: world.port })).toMatchObject({ ok: true });
});

it.each([
  [['true'], { ok: true }],
  [['false'], { ok: false, error: 'exit 1' }],
  [['sh', '-c', 'kill -9 $$'], { ok: false, error: 'ended by SIGKILL' }],
  [['echo', '$HOME; exit 1'], { ok: true }],
  [['/no/such/program'], { ok: false, error: 'could not be started: ENOENT' }],
])('runs %j as a command', async (run, expected) => {
  expect(await ask({ kind: 'command', run }, undefined, 10)).toMatchObject(expected);
});

it('reads the answerer from what a command prints', async () => {
  const command = (text: string): ProbeAsk => ({ kind: 'command', run: ['echo', text] });
  expect(await ask(command('{"site":"a"}'), { json: 'site' }, 10)).toMatchObject({ ok: true, site: 'a' });
  expect(await ask(command('ready'), { json: 'site' }, 10)).toMatchObject({ ok: false, error: 'answered without identity' });
});

it('ends a command that hangs together with what it started', async () => {
  await using world = await World.open();
  // The grandchild keeps a connection open for as long as it lives.
  const script = `require('node:child_process').spawn(process.execPath, ['-e', "require('node:net').connect(${world.port}, '127.0.0.1'); setInterval(() => {}, 1000)"]); setInterval(() => {}, 1000)`;
  const asking = ask({ kind: 'command', run: [process.execPath, '-e', script] }, undefined, 3);
  await expect.poll(() => world.open, { timeout: 3000 }).toBe(1);
  expect(await asking).toMatchObject({ ok: false, error: 'not done within 3 s' });
  await expect.poll(() => world.open, { timeout: 3000 }).toBe(0);
});
