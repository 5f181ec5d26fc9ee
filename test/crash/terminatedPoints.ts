import { setTimeout as sleep } from 'node:timers/promises';
import { parseRecoveryPoint } from '../../drills/recovery.ts';
import type { CrashStand } from './crashStand.ts';
import { drillOnce, type Ran } from './drillOnce.ts';
import { takeInventory } from './inventory.ts';
import { judge, worldProblems } from './judge.ts';
import { type KillPoint, wasReached } from './killPoint.ts';
import type { MayLose } from './orderBook.ts';
import { processesOf } from './processes.ts';
import type { Outcome, Scenario } from './scenario.ts';

const LOCK_SECONDS = 120;
const AGAIN_MS = 3000;
/** With run and worker gone at once, nobody ends prober and canary: they do so themselves when nobody has asked for them for a minute. */
const DEAD_MAN_SECONDS = 70;

interface Wanted {
  /** The run is terminated as soon as this phase is seen. */
  readonly phase: string;
  /** Only after clients have written at the target. */
  readonly written?: boolean;
  /** The writer at the target loses its power just before. */
  readonly targetDies?: boolean;
  /** The drill after it is seen to its end, too. */
  readonly followed?: boolean;
  /** The worker dies here while the lock cleans up. */
  readonly point?: KillPoint;
}

/** A run that somebody terminates in the Temporal UI: its lock cleans up, refuses the next drill until then, and lets the one after that run. */
export function terminatedPoint(wanted: Wanted, expected: string): Scenario {
  const { phase, written, targetDies, point } = wanted;
  const also = point ? `, worker killed in ${point.workflow === 'lock' ? "its lock's" : "the next drill's"} ${point.activity} ${point.nth}` : '';
  return {
    name: `terminated in phase ${phase}${written ? ' after writes at the target' : ''}${targetDies ? ', its db killed' : ''}${also}`,
    run: (crash) => terminate(crash, wanted, expected),
  };
}

async function terminate(crash: CrashStand, { phase, written, targetDies, followed, point }: Wanted, expected: string): Promise<Outcome> {
  const began = performance.now();
  const before = await takeInventory(crash.stand);
  await crash.prepare(point?.workflow === 'lock' ? point : undefined);
  const since = new Date().toISOString();
  const ran = await drillOnce(crash, async (seen, handle) => {
    if (seen !== phase) return;
    while (written && (await crash.orders.acknowledgedBy(crash.plan.to.site, since)) === 0) await sleep(50);
    if (point?.workflow === 'drill') await crash.dieAt(point);
    if (targetDies) killDb(crash, crash.plan.to.site);
    await handle.terminate('terminated by the crash loop');
  });
  const refused = await refusedUntilClean(crash, ran);
  await crash.workerUp();
  const allowed = { restores: 1, losses: mayLose(ran, crash.plan.from.site), ...(point ? { settleSeconds: DEAD_MAN_SECONDS } : {}) };
  const problems = [...(ran.status === 'TERMINATED' ? [] : [`it was ${ran.status} before it could be terminated`]), ...refused.problems];
  if (!refused.last) problems.push(...(await worldProblems(crash, before, allowed)));
  const last = refused.last ?? (followed ? await drillOnce(crash) : undefined);
  if (last) problems.push(...(await judge(crash, before, last, expected, allowed)));
  const deaths = crash.takeDeaths().join();
  if (point && !wasReached(crash.pointFile, point)) problems.push('the point was never reached');
  if (deaths !== (point ? 'SIGKILL' : '')) problems.push(`workers ended: ${deaths || 'none'}`);
  const then = last ? `, ${last.result?.verdict ?? last.status}` : '';
  return { verdict: `skipped x${refused.count}${then}`, seconds: (performance.now() - began) / 1000, problems };
}

interface Refused {
  readonly count: number;
  readonly problems: readonly string[];
  /** A drill that was started just when the lock had let go. */
  readonly last?: Ran;
}

/** Asks for drill after drill while the lock is held: each must be skipped with the holder named. */
async function refusedUntilClean(crash: CrashStand, { handle }: Ran): Promise<Refused> {
  const problems: string[] = [];
  const began = performance.now();
  for (let count = 0; ; count++) {
    const next = await drillOnce(crash);
    if (next.result?.verdict !== 'skipped') return { count, last: next, problems: count === 0 ? [...problems, 'the next drill was not refused'] : problems };
    if (!next.result.reasons.join().includes(handle.workflowId)) problems.push(`a refused drill does not name the holder: ${next.result.reasons.join('; ')}`);
    if (!(await locked(crash))) return { count: count + 1, problems };
    if ((performance.now() - began) / 1000 > LOCK_SECONDS)
      return { count: count + 1, problems: [...problems, `the lock is not clean after ${LOCK_SECONDS} s`] };
    await sleep(AGAIN_MS);
  }
}

function killDb({ stand }: CrashStand, site: string): void {
  for (const { pid, env } of processesOf(stand.folder)) if (env['MUSTER_SITE'] === site && env['MUSTER_ROLE'] === 'orders/db') process.kill(pid, 'SIGKILL');
}

async function locked({ stand, plan }: CrashStand): Promise<boolean> {
  const ids = [`workload/${plan.workload}`, `route/${plan.route}`];
  const seen = await Promise.all(ids.map((id) => stand.client.workflow.getHandle(`lock/${plan.installation}/${id}`).describe()));
  return seen.some(({ status }) => status.name === 'RUNNING');
}

/** Only what moved on to a recovery point may lack what came after it: without a move the source's own data is whole. */
function mayLose({ state, startedAt, seconds }: Ran, site: string): MayLose[] {
  const [key = ''] = Object.values(state?.startedFrom ?? {});
  const point = parseRecoveryPoint(key.slice(0, key.lastIndexOf('/') + 1), key);
  if (!state?.routeBefore || !point) return [];
  return [{ site, after: point.consistentAt, before: new Date(Date.parse(startedAt) + seconds * 1000).toISOString() }];
}
