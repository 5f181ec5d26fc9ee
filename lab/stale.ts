import { chmod, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { identify, isAlive, listByEnv, signal } from '../providers/processes.ts';
import { INSTALLATION } from './ordersProject.ts';
import { clearSites } from './standing.ts';

const OWNER = 'owner.json';
const DRAFT = '.new-';
const owner = z.object({ pid: z.number(), start: z.string() });

/** Every process of a stand carries this, with the stand's folder. */
export const STAND_ENV = 'MUSTER_STAND';

/** A new folder for a stand, named by the time; what killed stands have left running is ended first, and only the last few are kept. */
export async function newStandFolder(parent: string, keep = 5): Promise<string> {
  await mkdir(parent, { recursive: true });
  const names = (await readdir(parent)).filter((name) => !name.startsWith(DRAFT)).toSorted();
  const dead: string[] = [];
  for (const name of names) if (!(await hasOwner(join(parent, name)))) dead.push(name);
  for (const name of dead) await endAll(join(parent, name));
  for (const name of dead.slice(0, Math.max(0, dead.length - keep + 1))) await rm(join(parent, name), { recursive: true, force: true, maxRetries: 5 });
  const folder = join(parent, `${new Date().toISOString().replaceAll(':', '-')}-${process.pid}`);
  // Whole at once: another stand that starts at this moment would end what has no owner.
  const draft = await mkdtemp(join(parent, DRAFT));
  await chmod(draft, 0o755);
  await writeFile(join(draft, OWNER), JSON.stringify(await identify(process.pid)));
  await rename(draft, folder);
  process.env[STAND_ENV] = folder;
  return folder;
}

async function hasOwner(folder: string): Promise<boolean> {
  const text = await readFile(join(folder, OWNER), 'utf8').catch(() => undefined);
  const parsed = text === undefined ? undefined : owner.safeParse(JSON.parse(text));
  return parsed?.success === true && (await isAlive(parsed.data));
}

async function endAll(folder: string): Promise<void> {
  for (const each of await listByEnv(STAND_ENV, folder)) await signal(each, 'SIGKILL');
  const sites = await readdir(join(folder, 'state', 'sites')).catch(() => []);
  await clearSites(join(folder, 'state'), sites, INSTALLATION);
}
