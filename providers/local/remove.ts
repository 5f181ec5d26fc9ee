import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rename, rm, rmdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ResourceId } from '../spec.ts';
import { fenceName, lowerFence } from './fence.ts';
import { codeOf, createJson, readJson } from './json.ts';
import { files, logsOf, replicaDir, thingDir, TRANSIT } from './layout.ts';
import { killMarked } from './marked.ts';
import { idOf, readOwned } from './owned.ts';
import { releasePorts } from './ports.ts';
import { portsRecord, removingRecord } from './records.ts';
import { killReplica, seeReplica, stopReplica } from './replica.ts';
import type { Site } from './site.ts';

/** After that nobody is asked to end by itself any more. */
const POLITE_SECONDS = 10;
/** A thing in the making that is older was given up by a crash. */
const MAKING_SECONDS = 60;

/** Marks it and asks its supervisors to end. */
export async function startRemoval(thing: string, replicas: number): Promise<void> {
  await createJson(files.removing(thing), { since: new Date().toISOString() }).catch(ignoreAbsent);
  for (let replica = 0; replica < replicas; replica++) await stopReplica(await seeReplica(thing, replica));
}

/** Goes on with a removal. True when nothing is left. */
export async function goOnRemoving(site: Site, thing: string, id: ResourceId): Promise<boolean> {
  const owned = await readOwned(thing);
  const removing = await readJson(files.removing(thing), removingRecord);
  if (!owned || !removing) return !owned;
  const late = Date.now() - Date.parse(removing.since) > POLITE_SECONDS * 1000;
  for (let replica = 0; replica < owned.replicas; replica++) {
    const seen = await seeReplica(thing, replica);
    if (seen.supervisor && !late) return false;
    await killReplica(seen);
  }
  if (!(await killMarked(site.root, id))) return false;
  if (owned.kind === 'network') await lowerFence(fenceName(site.root, id));
  const away = join(site.root, TRANSIT, randomUUID());
  try {
    await rename(thing, away);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return true;
    throw error;
  }
  // Who registered a supervisor before the rename did so for nothing; who comes later finds no place for it.
  await discard(site, away, id);
  await dropEmptyParents(thing);
  return true;
}

/** The run's directory and the installation's, when this was the last thing in them. */
export async function dropEmptyParents(thing: string): Promise<void> {
  for (const parent of [dirname(thing), dirname(dirname(thing))]) await rmdir(parent).catch(() => {});
}

/** Finishes what a crash left half removed or half made. */
export async function tidy(site: Site): Promise<void> {
  const transit = join(site.root, TRANSIT);
  for (const name of await readdir(transit).catch(() => [])) {
    const path = join(transit, name);
    const owned = await readOwned(path);
    if (owned && (await readJson(files.removing(path), removingRecord))) await discard(site, path, idOf(owned));
    else if (await olderThan(path, MAKING_SECONDS)) await rm(path, { recursive: true, force: true });
  }
}

async function discard(site: Site, away: string, id: ResourceId): Promise<void> {
  await killMarked(site.root, id);
  const logs = logsOf(site.root, id);
  for (const name of await readdir(away).catch(() => [])) {
    if (!/^\d+$/.test(name)) continue;
    const replica = replicaDir(away, Number(name));
    const ports = await readJson(files.ports(replica), portsRecord);
    if (ports) await releasePorts(thingDir(site.root, id), Object.values(ports));
    await mkdir(logs, { recursive: true, mode: 0o700 });
    await rename(files.log(replica), join(logs, `${name}.log`)).catch(ignoreAbsent);
  }
  await rm(away, { recursive: true, force: true, maxRetries: 5 });
}

async function olderThan(path: string, seconds: number): Promise<boolean> {
  return stat(path).then(
    ({ mtimeMs }) => Date.now() - mtimeMs > seconds * 1000,
    () => false,
  );
}

function ignoreAbsent(error: unknown): void {
  if (codeOf(error) !== 'ENOENT') throw error;
}
