import { createHash } from 'node:crypto';
import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

const FIRST_UID = 200_000;
const UIDS = 60_000;

/** The user that a site's programs run as: always the same for one root, and another for another. */
export function uidOf(root: string): number {
  return FIRST_UID + (createHash('sha256').update(root).digest().readUInt32BE(0) % UIDS);
}

/** Undefined when programs run as the one who runs Muster: no root, or a place that no other user could reach. Makes what is above the root. */
export async function siteUser(root: string): Promise<number | undefined> {
  await mkdir(dirname(root), { recursive: true });
  if (process.getuid?.() !== 0) return undefined;
  const reachable = await Promise.all([dirname(root), process.execPath].map(openToAll));
  return reachable.every(Boolean) ? uidOf(root) : undefined;
}

/** Whether everybody may pass all the directories down to it. */
async function openToAll(path: string): Promise<boolean> {
  const { mode } = await stat(path);
  if ((mode & 0o001) === 0) return false;
  return path === dirname(path) || openToAll(dirname(path));
}
