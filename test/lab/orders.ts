import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach } from 'vitest';
import { z } from 'zod';

/** The example workload as real processes, and a store in memory, for tests. Whatever is left of either is ended after each test. */

const APP = join(import.meta.dirname, '../../drills/examples/orders/app');
/** What a test's processes get of the environment; by MUSTER_TEST the end of the test run finds those left behind. */
const INHERITED = Object.fromEntries(['PATH', 'MUSTER_TEST'].map((name) => [name, process.env[name] ?? '']));
const endings: (() => Promise<unknown> | void)[] = [];

afterEach(async () => {
  for (const end of endings.splice(0).toReversed()) await end();
});

export interface Running {
  readonly url: string;
  readonly pid: number;
  /** What it has written to stderr so far. */
  stderr(): string;
  /** Sends the signal and resolves with the exit code, or the signal's name when that ended it. */
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<number | string>;
  /** Resolves when it has ended by itself. */
  readonly ended: Promise<number | string>;
}

export function makeDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'muster-orders-'));
  endings.push(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** Starts a program without waiting for anything. */
export function launch(
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): { child: ChildProcess; running: Omit<Running, 'url'> } {
  const child = spawn(command, args, { env: { ...INHERITED, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  let stderr = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const ended = once(child, 'close').then(([code, signal]: (number | string | null)[]) => code ?? signal ?? 'unknown');
  const end = (signal: 'SIGTERM' | 'SIGKILL'): Promise<number | string> => (child.kill(signal), ended);
  endings.push(() => end('SIGKILL'));
  return { child, running: { pid: child.pid ?? 0, stderr: () => stderr, end, ended } };
}

/** Starts db.js or api.js on a free port and resolves when it listens. `wrapper` comes before it on the command line, `node` goes to Node. */
export async function startApp(
  file: 'db.js' | 'api.js',
  env: Readonly<Record<string, string>>,
  { wrapper = [], node = [] }: { wrapper?: readonly string[]; node?: readonly string[] } = {},
): Promise<Running> {
  const [command = process.execPath, ...args] = [...wrapper, process.execPath, ...node, join(APP, file)];
  const { child, running } = launch(command, args, { LISTEN: '127.0.0.1:0', ...env });
  let stdout = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  const listening = /^listening on (\S+)\n/;
  await eventually(() => listening.test(stdout) || child.exitCode !== null, `${file} listens`);
  const address = listening.exec(stdout)?.[1];
  if (address === undefined) throw new Error(`${file} ended with ${await running.ended}: ${running.stderr()}`);
  return { ...running, url: `http://${address}` };
}

export async function eventually(holds: () => boolean | Promise<boolean>, what: string, withinSeconds = 20): Promise<void> {
  const until = Date.now() + withinSeconds * 1000;
  while (!(await holds())) {
    if (Date.now() > until) throw new Error(`not within ${withinSeconds} s: ${what}`);
    await sleep(20);
  }
}

export async function serve(listener: RequestListener): Promise<{ url: string; server: ReturnType<typeof createServer> }> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  endings.push(() => void server.close().closeAllConnections());
  const address = z.object({ port: z.number() }).parse(server.address());
  return { url: `http://127.0.0.1:${address.port}`, server };
}

export interface RecoveryPoint {
  readonly instant: string;
  readonly sha256: string;
  readonly body: Buffer;
  readonly receivedAt: number;
}

/** Takes recovery points by PUT. `status` is what it answers; `hangs` makes it never answer. */
export async function startStore(): Promise<{ url: string; points: RecoveryPoint[]; behave: { status: number; hangs: boolean }; headers: object[] }> {
  const points: RecoveryPoint[] = [];
  const headers: object[] = [];
  const behave = { status: 200, hangs: false };
  const { url } = await serve(async (request, response) => {
    const body = await buffer(request).catch(() => undefined);
    if (behave.hangs || !body) return;
    headers.push(request.headers);
    const [, instant = '', sha256 = ''] = /^\/dr\/(.*)\.([0-9a-f]{64})$/.exec(request.url ?? '') ?? [];
    if (behave.status === 200) points.push({ instant, sha256, body, receivedAt: Date.now() });
    response.writeHead(behave.status).end();
  });
  return { url: `${url}/dr/`, points, behave, headers };
}

const Order = z.object({ id: z.string(), tenant: z.string(), hash: z.string() });
type Order = z.infer<typeof Order>;

export function makeOrder(id: string, tenant = 'acme', extra: object = {}): Order {
  return { id, tenant, hash: sha256(id), ...extra };
}

export function sha256(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}

export function post(url: string, body: unknown): Promise<Response> {
  return fetch(`${url}/orders`, { method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body) });
}

export async function idsAt(url: string, query = ''): Promise<string[]> {
  const listing = z.object({ orders: z.array(Order) }).parse(await (await fetch(`${url}/orders${query}`)).json());
  return listing.orders.map(({ id }) => id);
}

export function idsIn(content: Buffer | string): string[] {
  return content
    .toString()
    .split('\n')
    .slice(0, -1)
    .map((line) => Order.parse(JSON.parse(line)).id);
}

export function idsInFile(directory: string): string[] {
  return idsIn(readFileSync(join(directory, 'orders.jsonl')));
}

/** Places orders from several clients at once until told to stop or the service is gone; resolves with what was acknowledged. */
export function placeMany(url: string, prefix = 'n', clients = 8): { acknowledged: { id: string; sentAt: number; ackAt: number }[]; stop(): Promise<void> } {
  const acknowledged: { id: string; sentAt: number; ackAt: number }[] = [];
  let running = true;
  const client = async (name: number): Promise<void> => {
    for (let number = 0; running; number += 1) {
      const id = `${prefix}-${name}-${number}`;
      const sentAt = Date.now();
      const status = await post(url, makeOrder(id)).then(
        async (answer) => (await answer.text(), answer.status),
        () => undefined,
      );
      if (status === 201) acknowledged.push({ id, sentAt, ackAt: Date.now() });
      if (status === undefined) return;
    }
  };
  const all = Promise.all(Array.from({ length: clients }, (_, name) => client(name)));
  return {
    acknowledged,
    async stop() {
      running = false;
      await all;
    },
  };
}
