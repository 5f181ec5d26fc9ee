import { setTimeout as sleep } from 'node:timers/promises';
import { listByEnv, type ProcessIdentity, signal } from '../processes.ts';
import type { ResourceId } from '../spec.ts';
import { identityMark, idFrom } from './mark.ts';

/** Every process that carries the mark of this thing, whoever started it and whatever became of its parents. */
export async function marked(root: string, id: ResourceId): Promise<ProcessIdentity[]> {
  const mark = Object.entries(identityMark(root, id));
  return (await listByEnv('MUSTER_ROOT', root)).filter(({ pid, env }) => pid !== process.pid && mark.every(([name, value]) => env[name] === value));
}

/** Kills them, and what they started meanwhile. True when none is left. */
export async function killMarked(root: string, id: ResourceId): Promise<boolean> {
  for (let look = 0; look < 10; look++) {
    const alive = await marked(root, id);
    if (alive.length === 0) return true;
    for (const each of alive) await signal(each, 'SIGKILL');
    await sleep(20);
  }
  return false;
}

/** The things that processes of this site say they are of. */
export async function markedThings(root: string): Promise<{ readonly id: ResourceId; readonly pid: number }[]> {
  return (await listByEnv('MUSTER_ROOT', root)).flatMap(({ pid, env }) => {
    const id = idFrom(root, env);
    return id && pid !== process.pid ? [{ id, pid }] : [];
  });
}
