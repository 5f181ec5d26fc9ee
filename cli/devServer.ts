import { execFile, spawn } from 'node:child_process';
import { mkdirSync, openSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { setTimeout as sleep } from 'node:timers/promises';
import { ATTRIBUTES } from '../drills/attributes.ts';
import { UserError } from './errors.ts';
import { temporalBinary } from './setup/binaries.mjs';

const run = promisify(execFile);

/** Drills stay readable for ten years; the development server forgets after a day unless told. */
const RETENTION = '87600h';

const TYPES = { KEYWORD: 'Keyword', BOOL: 'Bool', DOUBLE: 'Double', INT: 'Int', KEYWORD_LIST: 'KeywordList' } as const;

export interface DevServer {
  readonly pid: number;
  readonly address: string;
  readonly namespace: string;
  readonly uiUrl: string;
  stop(): Promise<void>;
}

export interface DevServerOptions {
  /** Database and log lie here; the same folder gives the same history again. */
  readonly folder: string;
  readonly port: number;
  readonly uiPort: number;
  readonly namespace: string;
}

/** Temporal's development server on loopback, with our search attributes and a retention that keeps drills. */
export async function startDevServer({ folder, port, uiPort, namespace }: DevServerOptions): Promise<DevServer> {
  mkdirSync(folder, { recursive: true });
  for (const each of [port, uiPort])
    if (await taken(each)) throw new UserError(`port ${each} of 127.0.0.1 is taken; free it or choose others with --port and --ui-port`);
  const log = join(folder, 'temporal.log');
  const attributes = Object.entries(ATTRIBUTES).flatMap(([name, type]) => ['--search-attribute', `${name}=${TYPES[type]}`]);
  const binary = temporalBinary();
  const child = spawn(
    binary,
    [
      'server',
      'start-dev',
      '--ip',
      '127.0.0.1',
      '--port',
      String(port),
      '--ui-port',
      String(uiPort),
      '--namespace',
      namespace,
      '--db-filename',
      join(folder, 'temporal.db'),
      '--sqlite-pragma',
      'journal_mode=WAL',
      '--sqlite-pragma',
      'synchronous=NORMAL',
      '--ui-disable-news-fetch',
      '--log-level',
      'error',
      ...attributes,
    ],
    // It wants a name of its user, which in a container there may be none of.
    { stdio: ['ignore', openSync(log, 'a'), openSync(log, 'a')], detached: true, env: { USER: 'muster', ...process.env } },
  );
  const gone = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
  const { pid } = child;
  if (pid === undefined) throw new UserError(`the Temporal server did not start; see ${log}`);
  const address = `127.0.0.1:${port}`;
  const stop = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGTERM');
    const late = setTimeout(() => child.kill('SIGKILL'), 6000);
    await gone;
    clearTimeout(late);
  };
  try {
    for (let waited = 0; !(await taken(port)); waited += 50) {
      if (child.exitCode !== null || waited > 30_000) throw new UserError(`the Temporal server did not come up; see ${log}`);
      await sleep(50);
    }
    await retain(binary, address, namespace);
  } catch (error) {
    await stop();
    throw error;
  }
  return { pid, address, namespace, uiUrl: `http://127.0.0.1:${uiPort}/namespaces/${namespace}/workflows`, stop };
}

async function retain(binary: string, address: string, namespace: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await run(binary, ['operator', 'namespace', 'update', '--address', address, '--namespace', namespace, '--retention', RETENTION]);
      return;
    } catch (error) {
      if (attempt === 40)
        throw new UserError(`the Temporal server does not take the namespace's retention: ${error instanceof Error ? error.message : String(error)}`);
      await sleep(100);
    }
  }
}

export function taken(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
