import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readPid } from '../activities/outside/pidFile.ts';
import { isAlive, signal } from '../providers/processes.ts';

const PATIENCE_MS = 3000;

/** Ends probers and canaries of runs that were under way when their worker was stopped: they would wait a minute for another. */
export async function endOutside(stateFolder: string): Promise<void> {
  const runs = join(stateFolder, 'runs');
  const folders = (await readdir(runs).catch(() => [])).map((run) => join(runs, run, 'processes'));
  await Promise.all(
    folders.map(async (folder) =>
      Promise.all((await readdir(folder).catch(() => [])).filter((name) => name.endsWith('.pid')).map((name) => end(join(folder, name)))),
    ),
  );
}

async function end(pidFile: string): Promise<void> {
  const found = readPid(pidFile);
  if (!found) return;
  const late = performance.now() + PATIENCE_MS;
  await signal(found, 'SIGTERM');
  while (await isAlive(found)) {
    if (performance.now() > late) await signal(found, 'SIGKILL');
    await sleep(25);
  }
}
