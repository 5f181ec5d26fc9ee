import { chown, mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Fetchable } from '../spec.ts';
import { fetchFile } from './fetchFile.ts';
import { exists } from './json.ts';

interface Owner {
  readonly uid: number | undefined;
  readonly signal: AbortSignal;
}

/** Before the first boot: an empty directory, with the recovery point in it if there is one. Later boots find it and leave it alone. */
export async function firstData(directory: string, name: string, restore: Fetchable | undefined, owner: Owner): Promise<void> {
  if (await exists(directory)) return;
  await rename(await prepare(directory, name, restore, owner), directory);
}

/** Replaces it by a recovery point, once for each stamp. What it replaces is kept beside it, and nothing is touched until the new file is there and checked. */
export async function restoreData(directory: string, name: string, restore: Fetchable, stamp: string, owner: Owner): Promise<void> {
  const kept = `${directory}.kept-${stamp}`;
  const moved = await exists(kept);
  if (moved && (await exists(directory))) return;
  const next = await prepare(directory, name, restore, owner);
  if (!moved && (await exists(directory))) await rename(directory, kept);
  else if (!moved) await mkdir(kept, { mode: 0o700 });
  await rename(next, directory);
}

async function prepare(directory: string, name: string, restore: Fetchable | undefined, { uid, signal }: Owner): Promise<string> {
  const next = `${directory}.new`;
  await rm(next, { recursive: true, force: true });
  await mkdir(dirname(directory), { recursive: true });
  await mkdir(next, { mode: 0o700 });
  const point = join(next, 'recovery-point');
  if (restore) await fetchFile(restore, point, `recovery point of ${name}`, signal);
  // The directory last: from then on its user may put links there.
  if (uid !== undefined) for (const path of restore ? [point, next] : [next]) await chown(path, uid, uid);
  return next;
}
