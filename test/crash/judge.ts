import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { all, type Entry } from '../../drills/journal.ts';
import type { DrillRecord } from '../../drills/record.ts';
import type { CrashStand } from './crashStand.ts';
import type { Ran } from './drillOnce.ts';
import { differences, type Inventory, servingProblems, takeInventory } from './inventory.ts';
import type { MayLose } from './orderBook.ts';

const SETTLE_SECONDS = 5;
/** Answers that were under way when the source was cut. */
const UNDER_WAY_MS = 2000;

/** What may be gone although nothing is wrong, of the runs since the inventory. */
export interface Allowed {
  /** How many of them may have put data in the place of other data. */
  readonly restores: number;
  readonly losses: readonly MayLose[];
  /** How long what is still ending may take. */
  readonly settleSeconds?: number;
}

/** Everything that is wrong after a drill that should have ended as `expected`. `earlier` = of runs before it. */
export async function judge(
  crash: CrashStand,
  before: Inventory,
  ran: Ran,
  expected: string,
  earlier: Allowed = { restores: 0, losses: [] },
): Promise<string[]> {
  await crash.workerUp();
  // Whatever it has not yet undone would say no more.
  if (ran.stuck !== undefined) return [`the run has not ended after ${ran.seconds.toFixed(0)} s: ${ran.status} ${ran.stuck}`];
  const evidence = ran.result && (await evidenceOf(ran.result.evidence));
  const losses = [...earlier.losses, ...(evidence ? mayLose(evidence.record) : [])];
  return [
    ...verdictProblems(ran, expected, evidence?.journal ?? []),
    ...(evidence ? canaryProblems(evidence.record) : []),
    ...(await worldProblems(crash, before, { ...earlier, restores: earlier.restores + 1, losses })),
  ];
}

/** The world as it was, by its own account: processes, ports, directories, keys, route, and every order where it should be. */
export async function worldProblems(crash: CrashStand, before: Inventory, { restores, losses, settleSeconds = SETTLE_SECONDS }: Allowed): Promise<string[]> {
  return [
    ...(await settled(settleSeconds, async () => differences(before, await takeInventory(crash.stand), restores))),
    ...(await settled(SETTLE_SECONDS, () => servingProblems(crash.stand, crash.plan.from.site))),
    ...(await crash.orders.problems(losses)),
    ...crash.watch.take(),
  ];
}

/** The same verdict as undisturbed; `inconclusive` only where something between T0 and T7 was really not seen. */
function verdictProblems({ result, status }: Ran, expected: string, journal: readonly Entry[]): string[] {
  if (!result) return [`the run did not complete: ${status}`];
  if (result.verdict === expected) return [];
  if (result.verdict === 'inconclusive' && holeInOutage(journal)) return [];
  return [`verdict ${result.verdict} instead of ${expected}: ${result.reasons.join('; ')}`];
}

function holeInOutage(journal: readonly Entry[]): boolean {
  const t0 = all(journal, 'clock').find(({ point }) => point === 't0')?.at;
  const back = all(journal, 'failback')[0]?.startedAt;
  if (t0 === undefined) return false;
  return all(journal, 'probes').some(({ summary }) =>
    summary.spans.some(({ state, from, to }) => state === 'unknown' && to > t0 && (back === undefined || from < back)),
  );
}

function canaryProblems({ measures: { canary } }: DrillRecord): string[] {
  if (!canary) return ['the record has no canary'];
  return canary.duplicated > 0 || canary.reordered > 0 ? [`${canary.duplicated} canary markers twice, ${canary.reordered} out of order`] : [];
}

/** What the source had acknowledged after the recovery point that the target started from. */
function mayLose({ recoveryPoints, clock, from }: DrillRecord): MayLose[] {
  const point = recoveryPoints.find(({ way }) => way === 'out');
  if (!point || clock.t0 === undefined) return [];
  return [{ site: from.site, after: point.consistentAt, before: new Date(Date.parse(clock.t0) + UNDER_WAY_MS).toISOString() }];
}

async function evidenceOf(folder: string): Promise<{ record: DrillRecord; journal: Entry[] }> {
  const [record, journal] = await Promise.all(
    ['record.json', 'journal.json'].map(async (name) => JSON.parse(await readFile(join(folder, name), 'utf8')) as unknown),
  );
  return { record: record as DrillRecord, journal: journal as Entry[] };
}

/** What is still ending gets a moment; what remains is wrong. */
async function settled(seconds: number, ask: () => Promise<string[]>): Promise<string[]> {
  for (const began = performance.now(); ;) {
    const problems = await ask();
    const spent = performance.now() - began;
    if (problems.length === 0 || spent >= seconds * 1000) return problems;
    await sleep(Math.max(500, spent / 4));
  }
}
