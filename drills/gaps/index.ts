import type { Gap } from '../gap.ts';
import type { Plan } from '../plan.ts';
import type { Drill } from '../schema/drill.ts';
import type { Muster } from '../schema/muster.ts';
import type { Workload } from '../schema/workload.ts';

/** What static checks may look at. */
export interface Files {
  readonly muster: Muster;
  readonly workload: Workload;
  readonly drill: Drill;
  readonly plan: Omit<Plan, 'gaps'>;
}

export function staticGaps(_files: Files): Gap[] {
  return [];
}
