import { act, actAt, reasonOf } from '../act.ts';
import { awaitClean } from '../clean.ts';
import { Stopped } from '../run.ts';
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
  const canary = seen.met && plan.mode !== 'rehearse' ? await canaryWorks(run, probing.runFolder) : undefined;
  const red = seen.met ? canary : seen.detail;
  run.note({ type: 'baseline', green: red === undefined, detail: red ?? `${plan.from.site} serves` });
  if (red !== undefined) throw new Stopped(`baseline red: ${red}`);
}

async function canaryWorks({ plan }: Scene['run'], runFolder: string): Promise<string | undefined> {
  const [vantage] = plan.vantages;
  if (!plan.canary || vantage === undefined) return undefined;
  const { list, tenant, timeoutSeconds, identity } = plan.canary;
  try {
    const reading = await actAt(
      vantage,
      'readCanary',
      { summary: 'read the canary back before anything is touched', within: 20 },
      { runFolder, vantage, list, tenant, timeoutSeconds, ...(identity ? { identity, expect: plan.from.site } : {}) },
    );
    if (reading.acknowledged === 0) return 'no canary marker was acknowledged';
    return reading.lost > 0 ? `${reading.lost} of ${reading.acknowledged} canary markers cannot be read back` : undefined;
  } catch (error) {
    return `the canary cannot be read: ${reasonOf(error)}`;
  }
}
