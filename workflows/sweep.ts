import { needsFailback } from '../drills/undo.ts';
import { type Found, STANDING } from '../providers/spec.ts';
import { act, reasonOf } from './act.ts';

export interface SweepInput {
  readonly dryRun: boolean;
}

export type SweepVerdict = 'removed' | 'would remove' | `left: ${string}`;

export interface Swept {
  readonly site: string;
  readonly found: readonly (Found & { readonly verdict: SweepVerdict })[];
  /** Why a site could not be looked at. */
  readonly unknown?: string;
}

/**
 * Leftovers of closed runs, at every site of this worker. Nothing without our mark, nothing of another installation,
 * nothing whose run is open or unknown, nothing that a route points at (safety rules 4 and 5).
 */
export async function sweep({ dryRun }: SweepInput): Promise<readonly Swept[]> {
  const { installation, sites, routes } = await act('configuration', { summary: 'which sites are ours', within: 5 });
  const swept: Swept[] = [];
  for (const site of sites) {
    const { found, detail } = await act('leftovers', { summary: `look at ${site}`, within: 30 }, { site, filter: { installation } });
    if (found === 'unknown') {
      swept.push({ site, found: [], unknown: detail });
      continue;
    }
    const judged = [];
    for (const each of found) judged.push({ ...each, verdict: await judge(site, each, routes, dryRun) });
    swept.push({ site, found: judged });
  }
  return swept;
}

async function judge(site: string, { kind, id, nativeId }: Found, routes: readonly string[], dryRun: boolean): Promise<SweepVerdict> {
  if (id.owner.run === STANDING) return 'left: standing';
  const run = await act('lookUpRun', { summary: `whose is ${id.role} (${nativeId})?`, within: 10 }, { mark: id.owner.run });
  if (run.status === 'open') return 'left: its run is open';
  if (run.status === 'unknown') return 'left: its run is unknown';
  if (run.state && needsFailback(run.state)) return 'left: its run holds data that has not gone home; its lock sees to it';
  if (dryRun) return 'would remove';
  try {
    await act('remove', { summary: `sweep ${id.role} at ${site}`, within: 90, attempts: 2 }, { site, kind, id, routes });
    return 'removed';
  } catch (error) {
    return `left: ${reasonOf(error)}`;
  }
}
