import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { activityPoints } from './activityPoints.ts';
import { CrashStand } from './crashStand.ts';
import { drillOnce } from './drillOnce.ts';
import { type Seen, seenIn } from './history.ts';
import { takeInventory } from './inventory.ts';
import { judge } from './judge.ts';
import { newKillPoint } from './killPoint.ts';
import { phasePoints } from './phasePoints.ts';
import { outcomeOf, type Outcome, type Scenario } from './scenario.ts';
import { serverPoint } from './serverPoint.ts';
import { terminatedPoint } from './terminatedPoints.ts';

/** The crash loop: `node test/crash/run.ts [--only TEXT]… [--stands 1|2] [--list]`. */
const { values } = parseArgs({
  options: { only: { type: 'string', multiple: true }, stands: { type: 'string', default: '2' }, list: { type: 'boolean', default: false } },
});
const PARENT = join(fileURLToPath(new URL('../..', import.meta.url)), '.muster', 'crash');
const EXPECTED = 'passed';
const NAME_WIDTH = 96;

if (process.platform !== 'linux') throw new Error('the crash loop judges by /proc and ss: it needs Linux');
const began = performance.now();
const interrupted = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    console.log(`${signal}: the points under way are the last`);
    interrupted.abort();
  });
}
let passed = 0;
let failed = 0;

const first = await CrashStand.start(PARENT);
const scenarios = await undisturbed(first).catch(async (error: unknown) => {
  await first.stop();
  throw error;
});
const queue = scenarios.filter(({ name }) => !values.only || values.only.some((text) => name.includes(text)));
console.log(`${queue.length} points${queue.length < scenarios.length ? ` of ${scenarios.length}` : ''}`);
if (values.list) {
  for (const { name } of queue) console.log(name);
  await first.stop();
} else {
  const others = queue.length > 1 ? Number(values.stands) - 1 : 0;
  await Promise.all([work(first), ...Array.from({ length: others }, () => work())]);
  console.log(`${passed} passed, ${failed} failed in ${((performance.now() - began) / 1000).toFixed(0)} s`);
  process.exitCode = failed === 0 && !interrupted.signal.aborted ? 0 : 1;
}

/** Which points there are follows from what the drill really does. */
async function undisturbed(crash: CrashStand): Promise<Scenario[]> {
  const before = await takeInventory(crash.stand);
  await crash.prepare();
  const ran = await drillOnce(crash);
  const seen = await seenIn(ran.handle);
  report('undisturbed', outcomeOf(ran, await judge(crash, before, ran, EXPECTED)));
  return pointsOf(seen);
}

function pointsOf({ used, phases }: Seen): Scenario[] {
  const inLock = (activity: string, nth: number) => newKillPoint({ activity, nth, workflow: 'lock', when: 'effect' });
  return [
    ...phasePoints(phases, EXPECTED),
    ...activityPoints(used, EXPECTED),
    serverPoint('start', EXPECTED),
    ...[
      { phase: 'baseline' },
      { phase: 'disrupt', followed: true },
      { phase: 'start', followed: true },
      { phase: 'verify', written: true, followed: true },
      { phase: 'verify', written: true, targetDies: true },
      { phase: 'failback' },
      { phase: 'start', point: inLock('awaitClosed', 1) },
      { phase: 'start', point: inLock('remove', 1) },
      { phase: 'start', point: newKillPoint({ activity: 'holderOf', nth: 1, workflow: 'drill', when: 'effect' }) },
      { phase: 'verify', written: true, point: inLock('lookUpRun', 1) },
      // The source is started with its data.
      { phase: 'verify', written: true, point: inLock('setPower', 3) },
    ].map((wanted) => terminatedPoint(wanted, EXPECTED)),
  ];
}

/** Takes point after point. After one that failed nothing is sure any more: a new stand is made for the next. */
async function work(given?: CrashStand): Promise<void> {
  let crash = given;
  try {
    for (let next = queue.shift(); next && !interrupted.signal.aborted; next = queue.shift()) {
      crash ??= await CrashStand.start(PARENT);
      const outcome = await next.run(crash).catch((error: unknown): Outcome => ({
        verdict: 'broke',
        seconds: 0,
        problems: [error instanceof Error ? (error.stack ?? error.message) : String(error)],
      }));
      report(next.name, outcome);
      if (outcome.problems.length === 0) continue;
      console.log(`      see ${crash.stand.folder}`);
      await crash.stop();
      crash = undefined;
    }
  } finally {
    await crash?.stop();
  }
  if (crash) await rm(crash.stand.folder, { recursive: true, force: true });
}

/** Point, verdict, RTA, seconds. */
function report(name: string, { verdict, rtaSeconds, seconds, problems }: Outcome): void {
  if (problems.length === 0) passed += 1;
  else failed += 1;
  const rta = rtaSeconds === undefined ? '' : `RTA ${rtaSeconds.toFixed(1)} s`;
  const columns = [
    (problems.length === 0 ? 'ok' : 'NOT').padEnd(3),
    name.slice(0, NAME_WIDTH).padEnd(NAME_WIDTH),
    verdict.padEnd(18),
    rta.padEnd(10),
    `${seconds.toFixed(1).padStart(5)} s`,
  ];
  console.log(columns.join(' '));
  for (const problem of problems) console.log(`      ${problem}`);
}
