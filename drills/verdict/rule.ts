import type { Entry } from '../journal.ts';
import type { Planned } from '../measures/facts.ts';
import type { Measures } from '../measures/measures.ts';

export const OUTCOMES = ['passed', 'failed', 'inconclusive', 'aborted', 'skipped'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** What a rule may look at. */
export interface Facts {
  readonly entries: readonly Entry[];
  readonly planned: Planned;
  readonly measures: Measures;
  /** Something was made, stopped or switched. */
  readonly touched: boolean;
}

export interface Rule {
  readonly rule: string;
  readonly outcome: Outcome;
  /** One plain sentence, with figures, for each reason why the rule holds; none = it does not. */
  readonly test: (facts: Facts) => string[];
}
