import { act, actAt, reasonOf } from '../act.ts';
import type { Run } from '../run.ts';
import type { Scene } from './scene.ts';

/** The user's own check of the recovered service. That it fails is a finding. */
export async function verify({ run, step }: Scene): Promise<void> {
  const { script } = step;
  if (!script) return;
  const env = { MUSTER_URL: run.plan.clientUrl, MUSTER_DRILL: run.plan.drill.name, MUSTER_SITE: run.plan.to.site };
  const input = { name: step.name, run: script.run, timeoutSeconds: script.timeoutSeconds, reads: script.reads, env };
  const done = await act('runScript', { summary: `verify: ${step.name}`, within: script.timeoutSeconds, attempts: 2 }, input);
  run.note({ type: 'verified', name: step.name, ok: done.ok, detail: done.ok ? 'passed' : `exit ${done.exitCode}: ${done.output.slice(-500)}` });
}

/** Reads the canary at the target: what of the markers that the source acknowledged has survived. */
export async function canaryRead({ run, probing }: Scene): Promise<void> {
  run.note({ type: 'clock', point: 't8' });
  await readCanary(run, probing.runFolder, 'out');
}

export async function readCanary(run: Run, runFolder: string, way: 'out' | 'back'): Promise<number | undefined> {
  const { plan } = run;
  const [vantage] = plan.vantages;
  if (!plan.canary || vantage === undefined) return undefined;
  const { tenant, timeoutSeconds, identity } = plan.canary;
  const site = way === 'out' ? plan.to.site : plan.from.site;
  const writer = way === 'out' ? plan.from.site : plan.to.site;
  const list = plan.mode === 'isolated' ? (plan.drillCanaryList ?? plan.canary.list) : plan.canary.list;
  const until = plan.mode === 'isolated' || !identity ? run.t0 : undefined;
  try {
    const reading = await actAt(
      vantage,
      'readCanary',
      { summary: `read the canary at ${site}`, within: 30 },
      {
        runFolder,
        vantage,
        list,
        tenant,
        timeoutSeconds,
        ...(identity ? { identity, expect: site, site: writer } : {}),
        ...(until !== undefined && way === 'out' ? { until } : {}),
      },
    );
    run.note({ type: 'canary-read', way, reading });
    return reading.lost;
  } catch (error) {
    run.note({ type: 'canary-unread', way, detail: reasonOf(error) });
    return undefined;
  }
}
