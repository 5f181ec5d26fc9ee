import { chmod, link, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { randomInt, randomUUID } from 'node:crypto';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { DriverError } from '../errors.ts';
import { codeOf } from './json.ts';
import { files } from './layout.ts';

export const FIRST_PORT = 20_000;
export const LAST_PORT = 30_000;

/** One for the machine, whatever TMPDIR says: a stopped replica keeps its ports although nothing listens there, and other sites must see that. */
export const REGISTRY = '/tmp/muster-ports';
/** How long a reservation may lack its thing: the time between the first port and the last file of one that is being made. */
const MAKING_SECONDS = 60;

/** Reserves this many ports for a thing; they stay its own until `releasePorts`. With `bind` they are free on that address too. */
export async function reservePorts(thing: string, count: number, bind?: string): Promise<number[]> {
  const span = LAST_PORT - FIRST_PORT;
  const few = (): DriverError => new DriverError('Quota', `fewer than ${count} free ports from ${FIRST_PORT} to ${LAST_PORT}: stop what uses them`);
  if (count > span) throw few();
  // Other users of the machine have sites too; only the one who made it may open it to them.
  if (await mkdir(REGISTRY, { recursive: true })) await chmod(REGISTRY, 0o1777);
  await forgetTheDead();
  const ports: number[] = [];
  const start = randomInt(span);
  for (let step = 0; ports.length < count && step < span; step++) {
    const port = FIRST_PORT + ((start + step) % span);
    if (bind !== undefined && !(await bindable(bind, port))) continue;
    if (await claim(port, thing)) ports.push(port);
  }
  if (ports.length === count) return ports;
  await releasePorts(thing, ports);
  throw few();
}

/** Those that are another's are left alone. */
export async function releasePorts(thing: string, ports: readonly number[]): Promise<void> {
  for (const port of ports) if ((await holder(port)) === thing) await rm(fileOf(port), { force: true });
}

/** Those of a thing whose own record of them is gone. */
export async function releaseAll(thing: string): Promise<void> {
  await releasePorts(thing, await reserved());
}

async function forgetTheDead(): Promise<void> {
  for (const port of await reserved()) await reclaim(port);
}

async function reserved(): Promise<number[]> {
  return (await readdir(REGISTRY).catch(() => [])).map(Number).filter((port) => port > 0);
}

async function claim(port: number, thing: string): Promise<boolean> {
  const draft = `${fileOf(port)}.${randomUUID()}`;
  await writeFile(draft, thing, { mode: 0o644 });
  try {
    if (await linked(draft, port)) return true;
    return (await reclaim(port)) && (await linked(draft, port));
  } finally {
    await rm(draft, { force: true });
  }
}

async function linked(draft: string, port: number): Promise<boolean> {
  try {
    await link(draft, fileOf(port));
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

/** Frees the reservation of a thing that is no more. Of two who try at once one renames the file, the other finds none. */
async function reclaim(port: number): Promise<boolean> {
  const thing = await holder(port);
  if (thing === undefined) return true;
  const age = await stat(fileOf(port)).then(
    ({ mtimeMs }) => (Date.now() - mtimeMs) / 1000,
    () => 0,
  );
  const alive = await stat(files.owned(thing)).then(
    () => true,
    (error: unknown) => codeOf(error) !== 'ENOENT',
  );
  if (alive || age < MAKING_SECONDS) return false;
  const old = `${fileOf(port)}.${randomUUID()}.old`;
  try {
    await rename(fileOf(port), old);
    await rm(old, { force: true });
    return true;
  } catch {
    return false;
  }
}

const holder = (port: number): Promise<string | undefined> => readFile(fileOf(port), 'utf8').catch(() => undefined);

const fileOf = (port: number): string => join(REGISTRY, String(port));

/** Whether a program that is started now could listen there. */
export function bindable(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(true)));
  });
}
