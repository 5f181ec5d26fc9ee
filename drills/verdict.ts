import type { Entry } from './journal.ts';
import { plannedOf, touched } from './measures/facts.ts';
import { measure } from './measures/measures.ts';
import { FAILED } from './verdict/failed.ts';
import { INCONCLUSIVE } from './verdict/inconclusive.ts';
import { PASSED } from './verdict/passed.ts';
import type { Outcome, Rule } from './verdict/rule.ts';
import { neverStarted, operatorStop } from './verdict/stopped.ts';

export type { Outcome } from './verdict/rule.ts';

export interface Verdict {
  readonly outcome: Outcome;
  /** Every reason for this outcome, one plain sentence each. */
  readonly reasons: readonly string[];
}

/** In order: the outcome of the first rule that holds is the run's. */
export const RULES: readonly Rule[] = [
  { rule: 'operator stop', outcome: 'aborted', test: ({ entries }) => operatorStop(entries) },
  { rule: 'locked', outcome: 'skipped', test: ({ entries }) => neverStarted(entries) },
  ...FAILED,
  ...INCONCLUSIVE,
  PASSED,
];

/** A function of the journal alone: the same entries give the same verdict, wherever and whenever. */
export function verdict(entries: readonly Entry[]): Verdict {
  const planned = plannedOf(entries);
  if (!planned) return unplannedRun(entries);
  const facts = { entries, planned, measures: measure(entries), touched: touched(entries) };
  const held = RULES.map(({ outcome, test }) => ({ outcome, reasons: test(facts) })).filter(({ reasons }) => reasons.length > 0);
  const outcome = held[0]?.outcome ?? 'inconclusive';
  return { outcome, reasons: held.filter((each) => each.outcome === outcome).flatMap(({ reasons }) => reasons) };
}

function unplannedRun(entries: readonly Entry[]): Verdict {
  const stopped = operatorStop(entries);
  if (stopped.length > 0) return { outcome: 'aborted', reasons: stopped };
  const locked = neverStarted(entries);
  if (locked.length > 0) return { outcome: 'skipped', reasons: locked };
  return { outcome: 'inconclusive', reasons: ['the journal does not say what was planned'] };
}
