import { join } from 'node:path';
import { MAIN_QUEUE } from '../../../drills/queues.ts';
import { CLOUDS } from '../../../lab/clouds/cloud.ts';
import type { doctor } from '../../../workflows/doctor.ts';
import { head, say } from '../figures.ts';
import { mebibytes, rssOf } from '../machine.ts';
import { startBareCloud } from './bareCloud.ts';
import type { Ground } from './ground.ts';
import { type Sites, startWorker } from './worker.ts';

/** Has a worker open each of its sites and read from it. Throws when one cannot be reached. */
export async function examine({ client }: Ground): Promise<void> {
  const { reached } = await client.workflow.execute<typeof doctor>('doctor', { taskQueue: MAIN_QUEUE, workflowId: `doctor/${performance.now()}`, args: [] });
  const missed = reached.filter(({ ok }) => !ok);
  if (missed.length > 0) throw new Error(missed.map(({ what, detail }) => `${what}: ${detail}`).join('; '));
}

/** A site that needs no SDK. */
export const LOCAL: Sites[string] = { site: { provider: 'local' }, environment: {} };

/** What a worker takes of memory that has read from sites of one vendor, and one that has from sites of all. */
export async function workersOfOneVendor(ground: Ground, folder: string): Promise<void> {
  head('A worker that has opened all its sites and read from each');
  const clouds = await Promise.all(CLOUDS.map((name) => startBareCloud(name, join(folder, `beside-${name}`))));
  const sites: Sites = { local: LOCAL, ...Object.fromEntries(clouds.map((cloud) => [cloud.name, cloud])) };
  try {
    for (const [name, site] of Object.entries(sites)) await print(`memory with a ${name} site alone`, { [name]: site });
    await print('memory with a site of each', sites);
  } finally {
    await Promise.all(clouds.map((cloud) => cloud.stop()));
  }

  async function print(what: string, some: Sites): Promise<void> {
    const worker = await startWorker(join(folder, what), ground, some);
    try {
      const idle = rssOf(worker.pid);
      await examine(ground);
      say(what, mebibytes(rssOf(worker.pid)), `before it opened any ${mebibytes(idle)}`);
    } finally {
      await worker.stop();
    }
  }
}
