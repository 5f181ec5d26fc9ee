import { CancellationScope } from '@temporalio/workflow';
import { needsFailback } from '../drills/undo.ts';
import { reasonOf } from './act.ts';
import { awaitClean } from './clean.ts';
import { moveBack } from './failback.ts';
import type { Probing } from './probing.ts';
import type { Run } from './run.ts';
import { readCanary } from './steps/verify.ts';
import { sweepRun } from './sweepRun.ts';
import { unwind } from './unwind.ts';

const BACK_DEADLINE_SECONDS = 60;

/**
 * What follows every script, however it ended: failback with data where clients were sent to the target, undo, sweep.
 * True when nothing is left and nothing is held back; only then is the lock let go (safety rule 6).
 */
export function finish(run: Run, probing: Probing): Promise<boolean> {
  return CancellationScope.nonCancellable(async () => {
    if (needsFailback(run.state)) await failback(run, probing);
    run.enter('cleanup');
    await probing.end();
    // Failback did not succeed: what serves and what holds the data stays, and a person decides.
    if (needsFailback(run.state)) return hold(run);
    const stuck = await unwind(run);
    run.enter('sweep');
    const clean = await sweepRun(run);
    if (clean && stuck.length === 0) run.note({ type: 'clock', point: 't10' });
    return clean && stuck.length === 0;
  });
}

/** The service goes home with its data, is seen there from outside, and the canary is read there. */
async function failback(run: Run, probing: Probing): Promise<void> {
  const { plan } = run;
  run.enter('failback');
  const startedAt = new Date().toISOString();
  const step = { name: 'failback', uses: 'failback', phase: 'failback', site: plan.from.site } as const;
  try {
    await moveBack(run);
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
    const ok = seen.met && (lost ?? 0) === 0;
    const detail = !seen.met ? `${plan.from.site} was not seen serving: ${seen.detail}` : lost ? `${lost} canary markers were lost on the way back` : `${plan.from.site} serves again`;
    run.note({ type: 'failback', ok, startedAt, detail });
    run.note({ type: 'clock', point: 't9' });
    run.note({ type: 'step', ...step, startedAt, endedAt: new Date().toISOString(), attempts: 1, result: 'done' });
  } catch (error) {
    const reason = reasonOf(error);
    run.note({ type: 'failback', ok: false, startedAt, detail: reason });
    run.note({ type: 'step', ...step, startedAt, endedAt: new Date().toISOString(), attempts: 1, result: 'failed', error: reason });
  }
}

function hold(run: Run): boolean {
  for (const { component, id } of run.state.made) {
    run.note({ type: 'retained', site: run.plan.to.site, what: `${component} (${id.role})`, why: 'failback did not succeed: it serves or holds the only copy of what was written since' });
  }
  run.note({ type: 'leftovers', site: run.plan.to.site, found: 'unknown', detail: 'held back on purpose: see retained' });
  return false;
}
