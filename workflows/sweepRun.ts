import { sleep } from '@temporalio/workflow';
import type { Found } from '../providers/spec.ts';
import { act, reasonOf } from './act.ts';
import { guardedRoutes, type Recovery } from './recovery.ts';

/**
 * Looks at both sites for what carries the run's mark, removes what may be removed, and looks again. Two clean looks
 * `apartSeconds` apart are needed where an activity of a run that is gone may still be acting. True when nothing is left.
 */
export async function sweepRun(recovery: Recovery, apartSeconds = 0): Promise<boolean> {
  const { plan, mark } = recovery;
  let clean = true;
  for (const site of new Set([plan.from.site, plan.to.site])) {
    if (site === plan.from.site && plan.declaredLost) continue;
    let seen = await look(site, recovery);
    for (let round = 0; round < 3 && seen.found !== 'unknown' && seen.found.length > 0; round++) {
      await removeAll(site, seen.found, recovery);
      seen = await look(site, recovery);
    }
    if (apartSeconds > 0 && seen.found !== 'unknown') {
      await sleep(apartSeconds * 1000, { summary: 'look again after a heartbeat time-out' });
      seen = await look(site, recovery);
      if (seen.found !== 'unknown' && seen.found.length > 0) {
        await removeAll(site, seen.found, recovery);
        seen = await look(site, recovery);
      }
    }
    recovery.note({ type: 'leftovers', site, found: seen.found, detail: seen.detail });
    clean &&= seen.found !== 'unknown' && seen.found.length === 0;
  }
  return clean;

  function look(site: string, { mark: { installation, run } }: Recovery) {
    return act('leftovers', { summary: `look at ${site} for what carries mark ${mark.run}`, within: 30 }, { site, filter: { installation, run } });
  }
}

async function removeAll(site: string, found: readonly Found[], recovery: Recovery): Promise<void> {
  for (const { kind, id, nativeId } of found) {
    try {
      await act('remove', { summary: `sweep ${id.role} at ${site}`, within: 90, attempts: 2 }, { site, kind, id, routes: guardedRoutes(recovery.plan) });
      recovery.note({ type: 'removed', site, id, nativeId });
      recovery.note({ type: 'finding', text: `${id.role} (${nativeId}) was left at ${site} and was swept` });
    } catch (error) {
      recovery.fault(error);
      recovery.note({ type: 'retained', site, what: `${id.role} (${nativeId})`, why: reasonOf(error) });
    }
  }
}
