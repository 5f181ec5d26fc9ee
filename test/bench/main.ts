import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NativeConnection } from '@temporalio/worker';
import { follow } from '../../cli/follow.ts';
import { startDrill } from '../../cli/startDrill.ts';
import { approveOnce, planExample, putExample } from '../../lab/exampleDrill.ts';
import { startStand } from '../../lab/stand.ts';
import { startTestServer } from '../support/server.ts';
import { fanOut } from './fanout/fanOut.ts';
import { head, ms, quantile, ratio, say, seconds } from './figures.ts';
import { machine, mebibytes, rssOf } from './machine.ts';
import { noopDrill, realScripts, STEPS } from './noopDrill.ts';
import { rawTemporal } from './rawTemporal.ts';

const AT_ONCE = 50;
const REPEATS = 5;
/** As long as the worker's own time-outs let it be: dozens of probers at once are not what is measured. */
const HEARTBEAT_MS = 2000;

console.log(machine());
const only = process.argv[2];
if (only === undefined || only === 'drill') await realDrill();
if (only === undefined || only === 'steps') await runnerOverhead();
// Minutes of it: only when asked for.
if (only === 'fanout') await fanOut();

/** The example drill on real processes: what a whole drill costs, and how fast a worker is there. */
async function realDrill(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-'));
  const stand = await startStand({ folder, backupEvery: 1, objectives: { hold: '1s' } });
  try {
    const plan = await planExample(stand, 'unplanned');
    await putExample(stand, plan);
    await stand.worker.stop();
    const began = performance.now();
    await stand.startWorker();
    const startSeconds = (performance.now() - began) / 1000;
    const handle = await startDrill(stand.client, plan);
    await follow(stand.client, handle, {
      objectives: plan.objectives,
      signal: AbortSignal.timeout(120_000),
      onStatus: approveOnce(handle),
    });
    const { historyLength } = await handle.describe();
    head('The example drill, unplanned, on real processes');
    say('worker start with a prebuilt bundle (target < 1.5 s)', seconds(startSeconds));
    say(
      'history events, whole drill',
      String(historyLength),
      `${(historyLength / plan.steps.length).toFixed(1)} for each of its ${plan.steps.length} steps, probing, locks and failback included`,
    );
    say('memory after the drill', `worker ${mebibytes(rssOf(stand.worker.pid))}`, `server ${mebibytes(rssOf(stand.server.pid))}`);
  } finally {
    await stand.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What Muster itself adds to each step, beside plain Temporal and a plain loop in the same run. Everything but the steps answers at once. */
async function runnerOverhead(): Promise<void> {
  const server = await startTestServer({ real: realScripts, heartbeatMs: HEARTBEAT_MS });
  const connection = await NativeConnection.connect({ address: server.address });
  const raw = await rawTemporal(server.client, connection, server.namespace);
  try {
    await noopDrill(server);
    await raw.run(1, STEPS);
    const plainBegan = performance.now();
    for (let done = 0; done < STEPS; done++) spawnSync('true');
    const plain = (performance.now() - plainBegan) / 1000;
    const runs = [];
    const raws = [];
    for (let done = 0; done < REPEATS; done++) {
      runs.push(await noopDrill(server));
      raws.push(await raw.run(1, STEPS));
    }
    const perStep = runs.flatMap((run) => run.perStep).map((each) => each - (plain * 1000) / STEPS);
    const tenSteps = quantile(
      runs.map((run) => run.stepsSeconds),
      0.5,
    );
    const tenRaw = quantile(raws, 0.5);
    head(`A drill with ${STEPS} no-op steps, on a warm worker (median of ${REPEATS})`);
    say('history events for each step (target <= 8)', (runs[0]?.eventsPerStep ?? Number.NaN).toFixed(1), `whole drill ${runs[0]?.events}`);
    say('runner overhead for each step', `median ${ms(quantile(perStep, 0.5))}`, `p95 ${ms(quantile(perStep, 0.95))}`);
    say(
      `${STEPS} no-op steps`,
      seconds(tenSteps),
      `${ratio(tenSteps, tenRaw)} of raw Temporal's ${STEPS} activities (${seconds(tenRaw)})`,
      `plain loop ${seconds(plain)}`,
    );
    say(
      'the whole drill around them',
      seconds(
        quantile(
          runs.map((run) => run.wholeSeconds),
          0.5,
        ),
      ),
      'lock, preflight, baseline, restore, start, cutover, hold, verify, clean-up, sweep, record',
    );
    say('  given for comparison, not measured here', 'Chaos Toolkit, ten no-op actions, whole process: 0.59 s');
    const began = performance.now();
    await Promise.all(Array.from({ length: AT_ONCE }, () => noopDrill(server)));
    const fifty = (performance.now() - began) / 1000;
    const fiftyRaw = await raw.run(AT_ONCE, STEPS);
    head(`${AT_ONCE} such drills at once`);
    say('wall', seconds(fifty), `${ratio(fifty, fiftyRaw)} of raw Temporal's ${AT_ONCE} × ${STEPS} activities (${seconds(fiftyRaw)})`);
    say('  given for comparison, not measured here', 'Chaos Toolkit, two at a time: 6.1 s');
    say('memory', `this process with worker and fakes ${mebibytes(rssOf(process.pid))}`);
  } finally {
    await raw.stop();
    await connection.close();
    await server.stop();
  }
}
