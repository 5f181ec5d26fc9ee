import { all, type Entry } from '../journal.ts';
import type { Uses } from '../plan.ts';
import { failbackOf, latestBy, measuredRoute, summariesOf } from '../measures/facts.ts';
import { count, figure, withError } from '../measures/figures.ts';
import { holdRule } from '../measures/measures.ts';
import { readingOf } from '../measures/rpa.ts';
import { findT7 } from '../measures/t7.ts';
import { against } from '../measures/targets.ts';
import { twoWriters } from '../measures/writers.ts';
import { backLossSeconds, lossFigure, lostOnTheWayBack, recoveryFigure } from './figured.ts';
import type { Facts, Rule } from './rule.ts';

/** Steps whose failure no fact of its own tells: hold, verify, fence and the rest are judged by theirs. */
const JUDGED_AS_STEPS: ReadonlySet<Uses> = new Set<Uses>(['restore', 'isolate', 'start', 'cutover', 'cleanup', 'script']);

export const FAILED: readonly Rule[] = (
  [
    ['two writers', ({ entries }) => twoWriters(entries)],
    ['data loss beyond the RPO', (facts) => some(facts.measures.rpo === 'missed' && lossFigure(facts))],
    ['a planned move lost data', plannedLoss],
    ['recovery slower than the RTO', (facts) => some(facts.measures.rto === 'missed' && recoveryFigure(facts))],
    ['not recovered by the deadline', (facts) => unheld(facts, 'failures').map((detail) => `the service did not recover by the deadline: ${detail}`)],
    [
      'no fence, no second writer',
      ({ entries }) => stillUnfenced(entries).map(({ what, missing }) => `no second writer was started because ${what} was not seen fenced: ${missing}`),
    ],
    ['component or capacity missing', missingComponents],
    [
      'verify failed',
      ({ entries }) =>
        verified(entries)
          .filter((each) => !each.ok)
          .map(({ name, detail }) => `verify ${name} failed: ${detail}`),
    ],
    ['failback failed', failbackFailed],
    ['step failed', ({ entries }) => failedSteps(entries).map(({ name, error }) => `step ${name} failed: ${error ?? 'no reason given'}`)],
    ['the run gave up', ({ entries }) => all(entries, 'gave-up').map(({ reason }) => `the run gave up: ${reason}`)],
    [
      'not ready',
      ({ entries, planned }) =>
        planned.mode === 'rehearse' ? failedChecks(entries).map(({ name, detail }) => `not ready: check ${name} failed: ${detail}`) : [],
    ],
    [
      'leftovers',
      ({ entries }) =>
        leftovers(entries).flatMap(({ site, found, at }) =>
          found !== 'unknown' && found.length > 0 ? [`${count(found.length, 'marked resource')} left at ${site}, seen at ${at}`] : [],
        ),
    ],
  ] satisfies [string, Rule['test']][]
).map(([rule, test]) => ({ rule, outcome: 'failed', test }));

function some(reason: string | false | undefined): string[] {
  return reason ? [reason] : [];
}

function plannedLoss({ entries, planned }: Facts): string[] {
  if (planned.mode !== 'planned') return [];
  const out = readingOf(entries, 'out');
  const back = readingOf(entries, 'back');
  const lost = [
    { way: 'out', many: out?.lost ?? 0, of: out?.acknowledged ?? 0 },
    { way: 'back', many: back ? lostOnTheWayBack(out, back) : 0, of: back?.acknowledged ?? 0 },
  ];
  return lost
    .filter(({ many }) => many > 0)
    .map(({ way, many, of }) => `a planned move must lose nothing: ${many} of ${count(of, 'acknowledged marker')} lost on the way ${way}`);
}

/** Detail of the hold on the way out when it was not met for this reason by the time it was given up. */
export function unheld({ entries, planned, measures }: Facts, because: 'failures' | 'unknown'): string[] {
  const hold = all(entries, 'hold').findLast(({ way }) => way === 'out');
  const { t0 } = measures.clock;
  if (!hold || hold.met || t0 === undefined) return [];
  const seen = findT7(summariesOf(entries, measuredRoute(entries)), holdRule(planned, t0, hold.at));
  return !seen.reached && seen.because === because ? [hold.detail] : [];
}

export function unheldBack({ entries, planned }: Facts, because: 'failures' | 'unknown'): string[] {
  const hold = all(entries, 'hold').findLast(({ way }) => way === 'back');
  const back = failbackOf(entries);
  if (!hold || hold.met || !back) return [];
  const { site: _, ...rule } = holdRule(planned, back.startedAt, hold.at);
  const seen = findT7(summariesOf(entries, 'live'), { ...rule, ...(planned.identity ? { site: planned.from } : {}) });
  return !seen.reached && seen.because === because ? [hold.detail] : [];
}

/** Things that were not fenced when asked and not later either. */
function stillUnfenced(entries: readonly Entry[]) {
  return all(entries, 'unfenced').filter(
    ({ what }) => entries.findLast((each) => (each.type === 'fenced' || each.type === 'unfenced') && each.what === what)?.type === 'unfenced',
  );
}

function missingComponents({ entries, planned }: Facts): string[] {
  const seen = latestBy(all(entries, 'component'), (each) => JSON.stringify([each.component, each.site]));
  const broken = seen
    .filter((each) => each.required && !each.ready)
    .map(({ component, site, code, detail }) => `required component ${component} was not ready at ${site}: ${detail}${code === undefined ? '' : ` (${code})`}`);
  const sent = all(entries, 'route').some(({ way }) => way === 'out');
  const absent = planned.required.filter((name) => sent && !seen.some((each) => each.component === name && each.site === planned.to));
  return [...broken, ...absent.map((name) => `required component ${name} was never started at ${planned.to}`)];
}

export function verified(entries: readonly Entry[]) {
  return latestBy(all(entries, 'verified'), ({ name }) => name);
}

function failbackFailed(facts: Facts): string[] {
  const { entries, planned, measures } = facts;
  const fact = failbackOf(entries);
  const out = readingOf(entries, 'out');
  const back = readingOf(entries, 'back');
  const lost = back ? lostOnTheWayBack(out, back) : 0;
  const { rpoSeconds } = planned.objectives;
  const beyond = planned.mode === 'unplanned' && back && lost > 0 && against(rpoSeconds, backLossSeconds(back), measures.rpa.plusMinus) === 'missed';
  return [
    // A return that nobody could see is not known to have failed.
    ...(fact && !fact.ok && unheldBack(facts, 'unknown').length === 0 ? [`failback failed: ${fact.detail}`] : []),
    ...(fact?.ok === false ? [] : unheldBack(facts, 'failures').map((detail) => `the service did not come back at ${planned.from}: ${detail}`)),
    ...(beyond
      ? [
          `failback lost ${withError(backLossSeconds(back), measures.rpa.plusMinus)} of data (${count(lost, 'acknowledged marker')}), target ${figure(rpoSeconds)}`,
        ]
      : []),
  ];
}

function failedSteps(entries: readonly Entry[]) {
  return latestBy(all(entries, 'step'), ({ name }) => name).filter(({ uses, result }) => result === 'failed' && JUDGED_AS_STEPS.has(uses));
}

export function failedChecks(entries: readonly Entry[]) {
  return latestBy(all(entries, 'check'), ({ name }) => name).filter(({ ok, blocking }) => blocking && !ok);
}

export function leftovers(entries: readonly Entry[]) {
  return latestBy(all(entries, 'leftovers'), ({ site }) => site);
}
