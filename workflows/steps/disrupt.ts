import type { PowerRef } from '../../providers/spec.ts';
import { act } from '../act.ts';
import { addUndo } from '../recovery.ts';
import type { Run } from '../run.ts';
import type { Scene } from './scene.ts';

/** Planned: shuts the source down in reverse start order. Unplanned: cuts everything at once. T0 is when the first order was given. */
export async function disrupt({ run, step }: Scene): Promise<void> {
  const { plan } = run;
  if (plan.declaredLost) {
    setT0(run, new Date().toISOString());
    return;
  }
  const standing = plan.components.map(({ component }) => component);
  const refs = standing.map((component): [string, PowerRef] => [component, refOf(run, component)]);
  const before = await Promise.all(
    refs.map(([component, ref]) => act('readPower', { summary: `read power of ${component} at ${plan.from.site}`, within: 10 }, { site: plan.from.site, ref })),
  );
  const running = refs.filter((_, index) => before[index]?.power === 'running');
  addUndo(run, ...running.toReversed().map(([component, ref]) => ({ do: 'power' as const, site: plan.from.site, component, ref, to: 'running' as const })));
  const to = plan.mode === 'planned' ? 'stopped' : 'cut';
  const order = ([component, ref]: [string, PowerRef]) =>
    act(
      'setPower',
      { summary: `${to === 'cut' ? 'cut' : 'shut down'} ${component} at ${plan.from.site}`, within: step.withinSeconds },
      { site: plan.from.site, ref, to, withinSeconds: step.withinSeconds },
    );
  if (to === 'cut') {
    const done = await Promise.all(refs.map(order));
    setT0(
      run,
      done.map(({ issuedAt }) => issuedAt).reduce((a, b) => (a < b ? a : b)),
    );
    return;
  }
  for (const ref of refs.toReversed()) {
    const { issuedAt } = await order(ref);
    if (run.t0 === undefined) setT0(run, issuedAt);
  }
}

export function refOf(run: Run, component: string): PowerRef {
  const ref = run.plan.from.standing[component];
  if (!ref) throw new RangeError(`nothing says what runs ${component} at ${run.plan.from.site}`);
  return ref;
}

export function setT0(run: Run, at: string): void {
  if (run.t0 !== undefined) return;
  run.t0 = at;
  run.note({ type: 'clock', point: 't0' }, at);
}
