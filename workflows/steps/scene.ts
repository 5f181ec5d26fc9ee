import type { PlannedStep } from '../../drills/plan.ts';
import type { Probing } from '../probing.ts';
import type { Run } from '../run.ts';

/** What a step's function gets. */
export interface Scene {
  readonly run: Run;
  readonly probing: Probing;
  readonly step: PlannedStep;
}
