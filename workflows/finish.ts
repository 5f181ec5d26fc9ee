import { CancellationScope } from '@temporalio/workflow';
import { needsFailback } from '../drills/undo.ts';
import { reasonOf } from './act.ts';
import { awaitClean } from './clean.ts';
import { moveBack } from './failback.ts';
import type { Probing } from './probing.ts';
import { type Run, Stopped } from './run.ts';
import { readCanary } from './steps/verify.ts';
import { sweepRun } from './sweepRun.ts';
import { unwind } from './unwind.ts';

const BACK_DEADLINE_SECONDS = 60;
/** Clean for this long, as the baseline was. */
const AGAIN_SECONDS = 1;

/**
 * What follows every script, however it ended: failback with data where clients were sent to the target, undo, sweep.
 * True when nothing is left and nothing is held back; only then is the lock let go (safety rule 6).
 */
export function finish(run: Run, probing: Probing, afterFailback: () => Promise<void>): Promise<boolean> {
  return CancellationScope.nonCancellable(async () => {
    if (needsFailback(run.state)) {
      run.enter('failback');
      await tolerated(run, () => run.outside('failback', () => failback(run, probing)));
      if (!needsFailback(run.state) && run.stopping === undefined) await tolerated(run, afterFailback);
    }
    run.enter('cleanup');
    await tolerated(run, () =>
      run.outside('cleanup', async () => {
        // Failback did not succeed: what serves and what holds the data stays, and a person decides.
        const stays = needsFailback(run.state);
        const putBack = run.state.undo.some((undo) => undo.do === 'power');
        const stuck = stays ? [] : await unwind(run);
        if (!stays && putBack) await seeItServe(run, probing);
        await probing.end();
        if (stays) return holdBack(run);
        if (stuck.length > 0) throw new RangeError(stuck.join('; '));
      }),
    );
    if (needsFailback(run.state)) return false;
    run.enter('sweep');
    let clean = false;
    await run.outside('sweep', async () => {
      clean = await sweepRun(run);
    });
    const done = clean && run.state.undo.length === 0;
    if (done) run.note({ type: 'clock', point: 't10' });
    return done;
  });
}

/** The service goes home with its data, is seen there from outside, and the canary is read there. Fails with the reason. */
async function failback(run: Run, probing: Probing): Promise<void> {
  const { plan } = run;
  if (plan.declaredLost)
    throw new RangeError(`not tried: ${plan.from.site} is declared lost; when it is there again, send the signal tryAgain to the lock of ${plan.workload}`);
  const startedAt = new Date().toISOString();
  const end = (ok: boolean, detail: string) => run.note({ type: 'failback', ok, startedAt, detail });
  try {
    await moveBack(run);
  } catch (error) {
    end(false, reasonOf(error));
    throw error;
  }
  const seen = await awaitClean(run, probing.runFolder, {
    site: plan.from.site,
    route: 'live',
    notBefore: startedAt,
    holdSeconds: plan.objectives.holdSeconds,
    deadlineSeconds: BACK_DEADLINE_SECONDS,
    summary: `see ${plan.from.site} serve again`,
  });
  run.note({ type: 'hold', way: 'back', met: seen.met, detail: seen.detail });
  const lost = seen.met ? await readCanary(run, probing.runFolder, 'back') : undefined;
  run.note({ type: 'clock', point: 't9' });
  if (!seen.met) end(false, `${plan.from.site} was not seen serving: ${seen.detail}`);
  else if (lost) end(false, `${lost} canary markers were lost on the way back`);
  else end(true, `${plan.from.site} serves again`);
}

/** After a drill that did not come to its cutover, clients are at the source still: that it serves them again is seen as they see it. */
async function seeItServe(run: Run, probing: Probing): Promise<void> {
  const { from, declaredLost } = run.plan;
  if (declaredLost) return;
  const seen = await awaitClean(run, probing.runFolder, {
    site: from.site,
    route: 'live',
    notBefore: new Date().toISOString(),
    holdSeconds: AGAIN_SECONDS,
    deadlineSeconds: BACK_DEADLINE_SECONDS,
    summary: `see that ${from.site} serves again`,
  });
  if (!seen.met) run.note({ type: 'finding', text: `${from.site} was put back as it was, and was not seen serving: ${seen.detail}; look there now` });
}

/** Whatever failed is in the journal; clean-up goes on. */
async function tolerated(run: Run, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof Stopped)) run.fault(error);
  }
}

function holdBack(run: Run): void {
  const { declaredLost, from } = run.plan;
  const why = declaredLost ? `${from.site} is declared lost` : 'failback did not succeed';
  for (const { component, id } of run.state.made) {
    run.note({
      type: 'retained',
      site: run.plan.to.site,
      what: `${component} (${id.role})`,
      why: `${why}: it serves or holds the only copy of what was written since`,
    });
  }
  run.note({ type: 'leftovers', site: run.plan.to.site, found: 'unknown', detail: 'held back on purpose: see retained' });
}
