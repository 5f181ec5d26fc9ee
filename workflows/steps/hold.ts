import { awaitClean } from '../clean.ts';
import type { Scene } from './scene.ts';

/** Waits for T7: the start of the first clean hold window seen from outside. Not reached by the deadline is a finding, not a fault. */
export async function hold({ run, probing }: Scene): Promise<void> {
  const { plan } = run;
  const notBefore = run.t0 ?? run.startedAt;
  const spent = (Date.now() - Date.parse(notBefore)) / 1000;
  const seen = await awaitClean(run, probing.runFolder, {
    site: plan.to.site,
    route: plan.mode === 'isolated' ? 'drill' : 'live',
    notBefore,
    holdSeconds: plan.objectives.holdSeconds,
    deadlineSeconds: Math.max(1, plan.deadlineSeconds - spent),
    summary: `see ${plan.to.site} serve for ${plan.objectives.holdSeconds} s`,
  });
  if (seen.start !== undefined) run.recoveredAt = seen.start;
  run.note({ type: 'hold', way: 'out', met: seen.met, detail: seen.detail });
}
