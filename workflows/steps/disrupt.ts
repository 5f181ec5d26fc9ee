import type { PowerRef } from '../../providers/spec.ts';
import { act, isLasting, isUnanswered } from '../act.ts';
import { addUndo } from '../recovery.ts';
import type { Run } from '../run.ts';
import { standingAt } from '../standing.ts';
import type { Scene } from './scene.ts';

/**
 * Planned: shuts the source down in reverse start order. Unplanned: cuts everything at once; a source that does not answer is lost without
 * our doing. T0 is when the first order was given.
 */
export async function disrupt({ run, step }: Scene): Promise<void> {
  const { plan } = run;
  if (plan.declaredLost) {
    setT0(run, new Date().toISOString());
    return;
  }
  const standing = plan.components.map(({ component }) => component);
  const refs = standing.map((component): [string, PowerRef] => [component, standingAt(run.plan, component)]);
  const read = ([component, ref]: [string, PowerRef], attempts?: number) =>
    act(
      'readPower',
      { summary: `read power of ${component} at ${plan.from.site}`, within: 10, ...(attempts === undefined ? {} : { attempts }) },
      { site: plan.from.site, ref },
    );
  const before = plan.mode === 'planned' ? await Promise.all(refs.map((each) => read(each))) : await unlessLost(refs, read);
  if (!before) {
    lose(run, new Date().toISOString());
    return;
  }
  const running = refs.filter((_, index) => before[index]?.power === 'running');
  addUndo(run, ...running.toReversed().map(([component, ref]) => ({ do: 'power' as const, site: plan.from.site, component, ref, to: 'running' as const })));
  const to = plan.mode === 'planned' ? 'stopped' : 'cut';
  const order = ([component, ref]: [string, PowerRef], attempts?: number) =>
    act(
      'setPower',
      {
        summary: `${to === 'cut' ? 'cut' : 'shut down'} ${component} at ${plan.from.site}`,
        within: step.withinSeconds,
        ...(attempts === undefined ? {} : { attempts }),
      },
      { site: plan.from.site, ref, to, withinSeconds: step.withinSeconds },
    );
  if (to === 'cut') {
    const orderedAt = new Date().toISOString();
    const done = await Promise.all(refs.map((each) => unlessUnanswered(each, order)));
    const issued = done.flatMap((each) => (each ? [each.issuedAt] : []));
    if (issued.length < done.length) lose(run, orderedAt);
    else
      setT0(
        run,
        issued.reduce((a, b) => (a < b ? a : b)),
      );
    return;
  }
  for (const ref of refs.toReversed()) {
    const { issuedAt } = await order(ref);
    if (run.t0 === undefined) setT0(run, issuedAt);
  }
}

type Ask<T> = (each: [string, PowerRef], attempts?: number) => Promise<T>;

/** Of all, or undefined when the site does not answer: the first one alone is asked then, and once. */
async function unlessLost<T>(refs: readonly [string, PowerRef][], ask: Ask<T>): Promise<readonly T[] | undefined> {
  const [first, ...rest] = refs;
  if (!first) return [];
  const answer = await unlessUnanswered(first, ask);
  if (answer === undefined) return undefined;
  const others = await Promise.all(rest.map((each) => unlessUnanswered(each, ask)));
  const all = [answer, ...others].filter((each) => each !== undefined);
  return all.length < refs.length ? undefined : all;
}

/** Tried again for every reason but that nobody answers: who is lost is not asked twice. */
async function unlessUnanswered<T>(each: [string, PowerRef], ask: Ask<T>): Promise<T | undefined> {
  try {
    return await ask(each, 1);
  } catch (error) {
    if (isUnanswered(error)) return undefined;
    if (isLasting(error)) throw error;
    return ask(each);
  }
}

function lose(run: Run, at: string): void {
  const { site } = run.plan.from;
  run.sourceLost = true;
  run.note({ type: 'finding', text: `${site} does not answer: it is taken for lost, and asked again only where a lease says that it lives` });
  setT0(run, at);
}

export function setT0(run: Run, at: string): void {
  if (run.t0 !== undefined) return;
  run.t0 = at;
  run.note({ type: 'clock', point: 't0' }, at);
}
