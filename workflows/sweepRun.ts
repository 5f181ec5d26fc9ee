import { sleep } from '@temporalio/workflow';
import type { Found } from '../providers/spec.ts';
import { act, reasonOf } from './act.ts';
import { guardedRoutes, type Recovery } from './recovery.ts';

/**
 * Looks at both sites for what carries the run's mark, removes what may be removed, and looks again. Two clean looks
 * `apartSeconds` apart are needed where an activity of a run that is gone may still be acting. True when nothing is left.
 */
export async function sweepRun(recovery: Recovery, apartSeconds = 0): Promise<boolean> {
  const { plan } = recovery;
  const sites = [...new Set([plan.from.site, plan.to.site])].filter((site) => site !== plan.from.site || !plan.declaredLost);
  const clean = await Promise.all(sites.map((site) => sweepSite(site, recovery, apartSeconds)));
  if (!clean.every(Boolean)) return false;
  const left = recovery.state.undo.filter((undo) => undo.do !== 'remove');
  // Nothing with the mark is there any more, whether its removal was seen to succeed or not.
  if (left.length < recovery.state.undo.length) recovery.keep({ undo: left });
  return true;
}

async function sweepSite(site: string, recovery: Recovery, apartSeconds: number): Promise<boolean> {
  const { installation, run } = recovery.mark;
  const look = () => act('leftovers', { summary: `look at ${site} for what carries mark ${run}`, within: 30 }, { site, filter: { installation, run } });
  let seen = await look();
  for (let round = 0; round < 3 && seen.found !== 'unknown' && seen.found.length > 0; round++) {
    await removeAll(site, seen.found, recovery);
    seen = await look();
  }
  if (apartSeconds > 0 && seen.found !== 'unknown') {
    await sleep(apartSeconds * 1000, { summary: 'look again after a heartbeat time-out' });
    seen = await look();
    if (seen.found !== 'unknown' && seen.found.length > 0) {
      await removeAll(site, seen.found, recovery);
      seen = await look();
    }
  }
  recovery.note({ type: 'leftovers', site, found: seen.found, detail: seen.detail });
  return seen.found !== 'unknown' && seen.found.length === 0;
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
