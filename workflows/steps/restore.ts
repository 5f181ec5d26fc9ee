import type { RecoveryPoint } from '../../activities/contract.ts';
import { act } from '../act.ts';
import { setT0 } from './disrupt.ts';
import type { Run } from '../run.ts';
import type { Scene } from './scene.ts';

/** Chooses the recovery point of each data set; the boot puts it in place. The first recovery action of an isolated drill. */
export async function restore({ run, probing }: Scene): Promise<void> {
  if (run.plan.mode === 'isolated') {
    setT0(run, new Date().toISOString());
    run.note({ type: 'clock', point: 't3' });
    probing.watch(run.plan.drillProbes, 'drill');
  }
  run.points = await choosePoints(run);
  run.keep({ startedFrom: Object.fromEntries(Object.entries(run.points).map(([set, { key }]) => [set, key])) });
}

/** Newest recovery point by `<component>/<data>`, for each data set that restores. */
async function choosePoints(run: Run): Promise<Record<string, RecoveryPoint>> {
  const chosen: Record<string, RecoveryPoint> = {};
  for (const { component, data } of run.plan.components) {
    for (const [name, set] of Object.entries(data)) {
      if (set.restore === 'none') continue;
      const point = await act(
        'latestRecoveryPoint',
        { summary: `find the newest recovery point of ${component}/${name}`, within: 30 },
        { prefix: set.recovery },
      );
      if (!point) throw new RangeError(`no recovery point of ${component}/${name} under ${set.recovery.store}:${set.recovery.key}`);
      chosen[`${component}/${name}`] = point;
      run.note({ type: 'recovery-point', component, data: name, key: point.key, consistentAt: point.consistentAt, way: 'out' });
    }
  }
  return chosen;
}
