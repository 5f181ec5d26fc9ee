import type { SiteFacts } from '../../providers/spec.ts';
import type { Gap } from '../gap.ts';
import type { Plan } from '../plan.ts';

/** Gaps that follow from what the sites reported. */
export function siteGaps(_plan: Plan, _facts: readonly SiteFacts[], _runnerLocation: string): Gap[] {
  return [];
}
