import { ApplicationFailure, CancellationScope, setWorkflowOptions, sleep } from '@temporalio/workflow';
import { quarterOf } from '../drills/attributes.ts';
import { checkPlan } from '../drills/checkPlan.ts';
import type { Plan, PlannedStep, Uses } from '../drills/plan.ts';
import type { ShortForm } from '../drills/record.ts';
import { conclude } from './conclude.ts';
import { finish } from './finish.ts';
import { listen } from './handlers.ts';
import { acquire } from './locking.ts';
import { Probing } from './probing.ts';
import { Run, Stopped } from './run.ts';
import { showResult } from './show.ts';
import { Approvals } from './steps/approve.ts';
import { baseline } from './steps/baseline.ts';
import { cutover } from './steps/cutover.ts';
import { disrupt } from './steps/disrupt.ts';
import { fence } from './steps/fence.ts';
import { hold } from './steps/hold.ts';
import { isolate } from './steps/isolate.ts';
import { preflight } from './steps/preflight.ts';
import { restore } from './steps/restore.ts';
import type { Scene } from './steps/scene.ts';
import { script } from './steps/script.ts';
import { start } from './steps/start.ts';
import { canaryRead, verify } from './steps/verify.ts';
import { upsert } from './attributes.ts';

/**
 * One drill from lock to record. It *completes* whatever the drill found, also when the service did not recover; it
 * fails only when the runner itself broke. A cancel from outside means abort: undo and clean-up run all the same.
 */
export async function drill(plan: Plan): Promise<ShortForm> {
  const problems = checkPlan(plan);
  if (problems.length > 0) throw ApplicationFailure.nonRetryable(`the plan is refused and nothing was touched: ${problems.join('; ')}`, 'PlanRefused');
  const run = new Run(plan);
  const approvals = new Approvals(run);
  listen(run, approvals);
  CancellationScope.current().cancelRequested.catch(() => run.stop({ type: 'stopped', how: 'cancel', by: 'cancel request', reason: 'cancelled' }));
  return CancellationScope.nonCancellable(() => execute(run, approvals));
}

// Else a plain error would be tried again for ever, with the run open and nobody told.
setWorkflowOptions({ failureExceptionTypes: [Error] }, drill);

async function execute(run: Run, approvals: Approvals): Promise<ShortForm> {
  const { plan } = run;
  notePlan(run);
  upsert({ DrillMark: run.mark.run, DrillPhase: 'lock', Quarter: quarterOf(new Date(run.startedAt)) });
  const held = await run.outside('lock', () => acquire(run.plan));
  if ('refusedBy' in held) {
    run.note({ type: 'locked', holder: held.refusedBy });
    return concluded(run);
  }
  const limit = new CancellationScope();
  void limit
    .run(() => sleep(plan.limitSeconds * 1000, { summary: 'the limit of this run' }))
    .then(
      () => run.stop({ type: 'gave-up', reason: `the run's limit of ${plan.limitSeconds} s has passed` }),
      () => undefined,
    );
  const probing = new Probing(run);
  try {
    await perform(run, approvals, probing);
  } catch (error) {
    if (!(error instanceof Stopped)) run.broken ??= error;
  }
  const clean = await finish(run, probing, () => afterFailback(run, probing));
  limit.cancel();
  if (run.broken) {
    // Everything is brought back as far as it can be; a verdict would speak of the drill where the runner is to blame.
    await held.release(clean);
    throw run.broken;
  }
  run.enter('conclude');
  const result = await concluded(run);
  await held.release(clean);
  return result;
}

async function concluded(run: Run): Promise<ShortForm> {
  const result = await run.outside('conclude', () => conclude(run));
  showResult(run, result);
  return result;
}

/** Steps of the drill's own that stand after failback: it is done when the script has come to its end, not inside it. */
async function afterFailback(run: Run, probing: Probing): Promise<void> {
  for (const step of run.plan.steps) if (isAfterFailback(step)) await run.step(step, () => script({ run, probing, step }));
}

const isAfterFailback = ({ uses, phase }: PlannedStep): boolean => uses === 'script' && phase === 'failback';

async function perform(run: Run, approvals: Approvals, probing: Probing): Promise<void> {
  const bodies: Record<Uses, ((scene: Scene) => Promise<void>) | 'elsewhere'> = {
    lock: 'elsewhere',
    preflight,
    baseline,
    approve: (scene) => approvals.wait(scene),
    disrupt,
    fence,
    restore,
    isolate,
    start,
    cutover,
    hold,
    verify,
    'canary-read': canaryRead,
    script,
    // These run after every script, however it ended: `finish` and `conclude`.
    failback: 'elsewhere',
    cleanup: 'elsewhere',
    sweep: 'elsewhere',
    conclude: 'elsewhere',
  };
  const scripted = run.plan.steps.filter((step) => bodies[step.uses] !== 'elsewhere' && !isAfterFailback(step));
  for (const wave of waves(scripted)) {
    const [first] = wave;
    if (first) run.enter(first.phase);
    const ends = await Promise.allSettled(
      wave.map(async (step) => {
        const body = bodies[step.uses];
        if (body !== 'elsewhere') await run.step(step, () => body({ run, probing, step }));
      }),
    );
    for (const end of ends) if (end.status === 'rejected') throw end.reason;
    if (first?.phase === 'start') clockAfterStart(run);
  }
}

/** Neighbours of one phase and one wave run at the same time; approvals and scripts stand alone. */
function waves(steps: readonly PlannedStep[]): PlannedStep[][] {
  const result: PlannedStep[][] = [];
  for (const step of steps) {
    const last = result.at(-1);
    const [head] = last ?? [];
    if (last && head?.uses === 'start' && step.uses === 'start' && head.wave === step.wave) last.push(step);
    else result.push([step]);
  }
  return result;
}

/** T4 when everything runs, T5 when everything is healthy inside: after the last wave these stand last. */
function clockAfterStart(run: Run): void {
  const required = run.plan.components.filter((each) => each.required).map((each) => each.component);
  if (!required.every((component) => component in run.needs)) return;
  run.note({ type: 'clock', point: 't4' });
  run.note({ type: 'clock', point: 't5' });
}

function notePlan(run: Run): void {
  const {
    plan: { mode, from, to, objectives, components, vantages, canary, verify: verifies, probes, declaredLost },
  } = run;
  run.note({
    type: 'planned',
    mode,
    from: from.site,
    to: to.site,
    objectives,
    required: components.filter((each) => each.required).map((each) => each.component),
    vantages,
    canary: canary !== undefined,
    verifies: verifies.map((each) => each.name),
    identity: probes.some((probe) => probe.identity !== undefined),
    declaredLost: declaredLost !== undefined,
  });
}
