import { all } from '../journal.ts';
import { count, listed } from '../measures/figures.ts';
import { leftovers, verified } from './failed.ts';
import { lossFigure, recoveryFigure } from './figured.ts';
import type { Facts, Rule } from './rule.ts';

export const PASSED: Rule = {
  rule: 'all targets met',
  outcome: 'passed',
  test: (facts) => (facts.planned.mode === 'rehearse' ? readiness(facts) : achieved(facts)),
};

function readiness({ entries }: Facts): string[] {
  const checks = all(entries, 'check');
  const advisory = [...new Set(checks.filter(({ ok }) => !ok).map(({ name }) => name))];
  return [
    `ready: ${count(checks.filter(({ ok }) => ok).length, 'check')} passed`,
    ...(advisory.length > 0 ? [`for attention: ${listed(advisory)} failed without blocking`] : []),
  ];
}

function achieved(facts: Facts): string[] {
  const names = verified(facts.entries).map(({ name }) => name);
  const sites = leftovers(facts.entries);
  return [
    recoveryFigure(facts),
    lossFigure(facts) ?? 'no data was moved',
    ...(names.length > 0 ? [`verified by ${listed(names)}`] : []),
    nothingLeft(
      sites.map(({ site }) => site),
      sites.at(-1)?.at,
    ),
  ].filter((reason) => reason !== undefined);
}

/** What can honestly be said of leftovers: who looked where and when, never a bare 0. */
export function nothingLeft(sites: readonly string[], at: string | undefined): string {
  return `no marked resource found at ${listed(sites)} at ${at ?? 'an unknown time'}`;
}
