import type { FenceInput } from '../../activities/contract.ts';
import type { Plan } from '../../drills/plan.ts';
import { act, reasonOf } from '../act.ts';
import { Stopped } from '../run.ts';
import { standingAt } from '../standing.ts';
import type { Scene } from './scene.ts';

/** Safety rule 2: without a witnessed fence and without a lease no second writer is started; the run stops and says so. */
export async function fence({ run }: Scene): Promise<void> {
  const { plan } = run;
  run.note({ type: 'clock', point: 't3' });
  const leases = leasesOf(plan);
  const power = plan.declaredLost ? {} : Object.fromEntries(plan.components.map(({ component }) => [component, standingAt(plan, component)]));
  const callSeconds = 5;
  // What takes no lease can be seen off by its power alone.
  const tellsAll = Object.keys(leases).length === setsOf(plan);
  const longest = Math.max(0, ...Object.values(leases).map(({ ttlSeconds }) => ttlSeconds));
  const seen = await act(
    'witnessFence',
    { summary: `see that ${plan.from.site} cannot write any more`, within: callSeconds + 2 * longest + 10 },
    { site: plan.from.site, power, leases, callSeconds, ...(run.sourceLost && tellsAll ? { lost: true } : {}) },
  );
  for (const { what, witness, detail } of seen) if (witness) run.note({ type: 'fenced', what, witness, detail });
  const missing = unwitnessed(plan, seen);
  if (missing.length > 0) {
    for (const { what, detail } of missing) run.note({ type: 'unfenced', what, missing: detail });
    throw new Stopped(`not fenced: ${missing.map(({ detail }) => detail).join('; ')}`);
  }
  if (plan.declaredLost && Object.keys(leases).length === 0)
    run.note({ type: 'fenced', what: plan.from.site, witness: 'declared lost', detail: `by ${plan.declaredLost.by}: ${plan.declaredLost.how}` });
  run.keep({ writer: 'nobody' });
  try {
    await act(
      'cutRoute',
      { summary: `cut what is still connected to ${plan.from.site}`, within: 10, attempts: 3 },
      { route: plan.route, targets: run.sourceTargets },
    );
  } catch (error) {
    run.note({ type: 'finding', text: `connections to ${plan.from.site} were not cut: ${reasonOf(error)}` });
  }
}

/** Data sets that allow one writer, by `<component>/<data>`. */
export function leasesOf(plan: Plan): FenceInput['leases'] {
  return Object.fromEntries(
    plan.components.flatMap(({ component, data }) => Object.entries(data).flatMap(([name, { lease }]) => (lease ? [[`${component}/${name}`, lease]] : []))),
  );
}

function setsOf({ components }: Plan): number {
  return components.flatMap(({ data }) => Object.keys(data)).length;
}

/** All power seen off, or every lease seen gone where every data set has one. */
export function unwitnessed(plan: Plan, seen: readonly { readonly what: string; readonly witness?: unknown; readonly detail: string }[]): typeof seen {
  const power = seen.filter(({ what }) => !what.startsWith('writer of '));
  if (power.length > 0 && power.every(({ witness }) => witness)) return [];
  const leases = seen.filter(({ what }) => what.startsWith('writer of '));
  const sets = setsOf(plan);
  if (leases.length === sets && leases.every(({ witness }) => witness)) return sets > 0 || plan.declaredLost ? [] : power;
  if (plan.declaredLost && leases.every(({ witness }) => witness)) return [];
  return seen.filter(({ witness }) => !witness);
}
