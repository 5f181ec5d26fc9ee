import { isCancellation } from '@temporalio/workflow';
import { act, actAt, reasonOf } from '../act.ts';
import { awaitClean } from '../clean.ts';
import { type Run, Stopped } from '../run.ts';
import type { Scene } from './scene.ts';

/** Clean for this long before anything is touched. */
const BASELINE_SECONDS = 1;
const DEADLINE_SECONDS = 20;

/** The service must be seen serving from the source, and the canary seen written: a red baseline touches nothing. */
export async function baseline({ run, probing }: Scene): Promise<void> {
  const { plan } = run;
  run.sourceTargets = (await act('readRoute', { summary: `read route ${plan.route}`, within: 10 }, { route: plan.route })).targets;
  probing.watch(plan.probes, 'live');
  if (plan.mode !== 'rehearse') probing.startCanary();
  if (plan.declaredLost) {
    run.note({ type: 'baseline', green: false, detail: `not asked: declared lost by ${plan.declaredLost.by}, ${plan.declaredLost.how}` });
    return;
  }
  const wanted = { site: plan.from.site, route: 'live', notBefore: run.startedAt, holdSeconds: BASELINE_SECONDS, deadlineSeconds: DEADLINE_SECONDS } as const;
  const seen = await awaitClean(run, probing.runFolder, { ...wanted, summary: `see that ${plan.from.site} serves` });
  const red = seen.met ? await canaryWorks(run, probing.runFolder) : seen.detail;
  run.note({ type: 'baseline', green: red === undefined, detail: red ?? `${plan.from.site} serves` });
  if (red !== undefined) throw new Stopped(`baseline red: ${red}`);
}

/** Why the canary is not fit to tell what is lost; undefined when it is. */
async function canaryWorks(run: Run, runFolder: string): Promise<string | undefined> {
  const { plan } = run;
  const [vantage] = plan.vantages;
  if (!plan.canary || vantage === undefined || plan.mode === 'rehearse') return undefined;
  const { list, tenant, timeoutSeconds, identity } = plan.canary;
  try {
    const reading = await actAt(
      vantage,
      'readCanary',
      { summary: 'read the canary back before anything is touched', within: 20 },
      { runFolder, vantage, list, tenant, timeoutSeconds, ...(identity ? { identity, expect: plan.from.site } : {}) },
    );
    if (reading.acknowledged === 0 || !reading.firstAcknowledged) return 'no canary marker was acknowledged';
    if (reading.lost > 0) return `${reading.lost} of ${reading.acknowledged} canary markers cannot be read back`;
    if (plan.mode !== 'planned') await canaryIsBackedUp(run, reading.firstAcknowledged.ackAt);
    return undefined;
  } catch (error) {
    if (isCancellation(error)) throw error;
    return `the canary cannot be read: ${reasonOf(error)}`;
  }
}

/** Were the disruption to come before the first marker is in a recovery point, the loss could only be bounded, not measured. */
async function canaryIsBackedUp(run: Run, after: string): Promise<void> {
  const { components, objectives } = run.plan;
  const sets = components.flatMap(({ component, data }) =>
    Object.entries(data).flatMap(([name, { restore, recovery }]) => (restore === 'latest' ? [{ set: `${component}/${name}`, prefix: recovery }] : [])),
  );
  const points = await Promise.all(
    sets.map(({ set, prefix }) =>
      act(
        'awaitRecoveryPoint',
        { summary: `wait for a recovery point of ${set} with canary markers in it`, within: objectives.rpoSeconds },
        { prefix, after, withinSeconds: objectives.rpoSeconds },
      ),
    ),
  );
  for (const [index, { set }] of sets.entries()) {
    if (!points[index])
      run.note({ type: 'finding', text: `no recovery point of ${set} was made within the RPO of ${objectives.rpoSeconds} s: data loss can only be bounded` });
  }
}
