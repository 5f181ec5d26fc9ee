import { weigh } from '../../drills/template.ts';
import { act } from '../act.ts';
import { refuseForeign } from '../putBack.ts';
import { addUndo } from '../recovery.ts';
import type { Scene } from './scene.ts';

/** Points the mode's route at the target. In a live mode the target becomes the writer with this: from now on abort means failback with data. */
export async function cutover({ run }: Scene): Promise<void> {
  const { plan } = run;
  const route = plan.switches;
  const publicly = plan.components.find((each) => each.publicPort !== undefined);
  if (route === undefined || publicly?.publicPort === undefined) throw new RangeError('nothing to send clients to: no component is public');
  const endpoints = run.needs[publicly.component]?.[publicly.publicPort] ?? [];
  if (endpoints.length === 0) throw new RangeError(`${publicly.component} has no endpoint ${publicly.publicPort}`);
  const before = await act('readRoute', { summary: `read route ${route}`, within: 10 }, { route });
  const value = { targets: before.targets, ttlSeconds: before.ttlSeconds };
  if (route === plan.route) refuseForeign(route, before.targets, run.sourceTargets, run.state.routeSet ?? []);
  if (plan.mode === 'isolated') {
    // Tried again, the route may stand as the first try left it: it goes back to where it was before.
    if (!run.state.undo.some((undo) => undo.do === 'route')) addUndo(run, { do: 'route', route, value, set: endpoints });
  } else run.keep({ writer: 'target', routeBefore: run.state.routeBefore ?? value, routeSet: endpoints });
  const next = { targets: weigh(endpoints), ttlSeconds: before.ttlSeconds };
  await act('switchRoute', { summary: `point ${route} at ${plan.to.site}`, within: 15 }, { route, value: next, expected: before.version });
  run.note({ type: 'route', route, targets: endpoints, way: 'out' });
  run.note({ type: 'clock', point: 't6' });
}
