import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CloudName, CLOUDS } from '../../../lab/clouds/cloud.ts';
import { head, ratio, say } from '../figures.ts';
import { mebibytes, rssOf } from '../machine.ts';
import { type BareCloud, startBareCloud } from './bareCloud.ts';
import { type Ground, startGround } from './ground.ts';
import { make, remove, type Run } from './muster.ts';
import { plainRun } from './plain/run.ts';
import { startRemovals } from './removals.ts';
import { line, TITLES } from './table.ts';
import { startWorker } from './worker.ts';
import { workersOfOneVendor } from './workersOfOneVendor.ts';

const REPLICAS = [1, 10, 100, 200];
/** Where one call starts many. */
const TARGET: { readonly [name in CloudName]?: number } = { aws: 12, gcp: 12 };
/** More than any cloud of the lab answers. */
const NO_LIMIT = 10_000;

/** One workload of many replicas at each cloud of the lab, by the product and by a plain script that takes one machine after the other. */
export async function fanOut(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'fan-out-'));
  const ground = await startGround(folder);
  const removals = await startRemovals(ground);
  try {
    for (const name of CLOUDS) {
      const cloud = await startBareCloud(name, join(folder, name));
      try {
        await atCloud(ground, cloud, folder);
      } finally {
        await cloud.stop();
      }
    }
    await workersOfOneVendor(ground, folder);
  } finally {
    await removals.stop();
    await ground.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function atCloud(ground: Ground, cloud: BareCloud, folder: string): Promise<void> {
  head(`Replicas at the ${cloud.name} of the lab, made and removed: by a fresh worker, and by a plain script that takes one after the other`);
  console.log(TITLES);
  for (const replicas of REPLICAS) {
    const byMuster = await byWorker(ground, cloud, replicas, join(folder, `${cloud.name}-${replicas}`));
    const byScript = await plainRun(cloud, replicas);
    console.log(line(`${replicas}  muster`, byMuster));
    console.log(line(`${replicas}  script`, byScript));
    console.log(`     muster / script: calls ${ratio(callsOf(byMuster), callsOf(byScript))}, time ${ratio(secondsOf(byMuster), secondsOf(byScript))}`);
  }
  // Another number makes another workload: EC2 shows for an hour what was terminated.
  const many = Math.max(...REPLICAS) - 1;
  const unlimited = { ...cloud, site: { ...cloud.site, requestsPerSecond: NO_LIMIT } };
  const run = await byWorker(ground, unlimited, many, join(folder, `${cloud.name}-unlimited`));
  console.log(line(`${many}  unlimited`, run));
  console.log('     muster without the limit of calls a second that a site has by default and a script has not');
  const { all, by } = run.start.calls;
  say(`calls to start ${many}, polls aside${cloud.name in TARGET ? ` (target <= ${TARGET[cloud.name]})` : ': one for each'}`, String(all - by.list));
}

async function byWorker(ground: Ground, cloud: BareCloud, replicas: number, folder: string): Promise<Run> {
  const worker = await startWorker(folder, ground, { [cloud.name]: cloud });
  try {
    const halves = { start: await make(ground, cloud, replicas), remove: await remove(ground, cloud, replicas) };
    const left = await cloud.instances();
    if (left.length > 0) throw new Error(`${cloud.name}: ${left.length} instances are left, such as ${left[0]}`);
    return { ...halves, memory: mebibytes(rssOf(worker.pid)) };
  } finally {
    await worker.stop();
  }
}

const callsOf = ({ start, remove }: Run): number => start.calls.all + remove.calls.all;
const secondsOf = ({ start, remove }: Run): number => start.seconds + remove.seconds;
