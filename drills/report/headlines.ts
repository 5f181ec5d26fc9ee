import { count, figure, listed, withError } from '../measures/figures.ts';
import { judgedRpa } from '../measures/rpa.ts';
import type { DrillRecord } from '../record.ts';
import type { Outcome } from '../verdict.ts';
import { nothingLeft } from '../verdict/passed.ts';
import { timeOfDay } from './text.ts';

export type Tone = 'good' | 'bad' | 'warn' | 'calm';

export const OUTCOME_TONE: Readonly<Record<Outcome, Tone>> = { passed: 'good', failed: 'bad', inconclusive: 'warn', aborted: 'calm', skipped: 'calm' };

export const EMULATED = 'emulated: no evidence for an auditor';

/** One of the few figures that a reader looks for first. */
export interface Headline {
  readonly title: string;
  readonly value: string;
  readonly detail: string;
  readonly tone: Tone;
  /** In seconds, for a picture of value, error and target. */
  readonly gauge?: { readonly value: number; readonly plusMinus: number; readonly target: number; readonly label: string };
}

type Standing = DrillRecord['measures']['targets']['rto'];

const STANDING_TONE: Readonly<Record<Standing, Tone>> = { met: 'good', missed: 'bad', straddles: 'warn', 'not measured': 'calm' };
const STANDING_WORDS: Readonly<Record<Standing, string>> = {
  met: 'met',
  missed: 'missed',
  straddles: 'within the error, cannot be told',
  'not measured': 'not measured',
};

export function headlinesOf(record: DrillRecord): Headline[] {
  if (record.mode === 'rehearse') return [readiness(record), gaps(record)];
  return [recovery(record), dataLoss(record), ...(record.mode === 'isolated' ? [] : [wayBack(record)]), leftBehind(record), gaps(record)];
}

const UNSEEN: Readonly<Record<'failures' | 'unknown' | 'never tried', Pick<Headline, 'value' | 'tone'>>> = {
  failures: { value: 'not recovered', tone: 'bad' },
  unknown: { value: 'unknown', tone: 'warn' },
  'never tried': { value: 'not measured', tone: 'calm' },
};

function recovery({ measures, objectives, mode }: DrillRecord): Headline {
  const { rta, rehearsedRta, targets } = measures;
  const title = mode === 'isolated' ? 'Rehearsed recovery' : 'Recovery time';
  const seconds = rta.service ?? rehearsedRta;
  const target = `RTO ${figure(objectives.rto)}`;
  if (seconds === undefined) return { title, detail: target, ...UNSEEN[rta.missing ?? 'never tried'] };
  const plusMinus = rta.plusMinus ?? 0;
  const scope = rta.service === undefined ? '; no detection, decision or DNS in it' : '';
  return {
    title,
    value: withError(seconds, plusMinus),
    detail: `${target}: ${STANDING_WORDS[targets.rto]}${scope}`,
    tone: STANDING_TONE[targets.rto],
    gauge: { value: seconds, plusMinus, target: objectives.rto, label: 'RTO' },
  };
}

function dataLoss({ measures, objectives }: DrillRecord): Headline {
  const { rpa, canary, targets } = measures;
  const judged = judgedRpa(rpa);
  const target = `RPO ${figure(objectives.rpo)}: ${STANDING_WORDS[targets.rpo]}`;
  if (judged === undefined || !canary) {
    const claim = rpa.byRecoveryPoint === undefined ? '' : `; the recovery point was ${figure(rpa.byRecoveryPoint)} old`;
    return { title: 'Data lost', value: 'not measured', detail: `${target}${claim}`, tone: STANDING_TONE[targets.rpo] };
  }
  return {
    title: 'Data lost',
    value: `${rpa.atLeast ? 'at least ' : ''}${withError(judged, rpa.plusMinus)}`,
    detail: `${target}; ${canary.lost} of ${count(canary.acknowledged, 'acknowledged marker')} lost`,
    tone: STANDING_TONE[targets.rpo],
    gauge: { value: judged, plusMinus: rpa.plusMinus, target: objectives.rpo, label: 'RPO' },
  };
}

function wayBack({ measures, clock }: DrillRecord): Headline {
  const { failback } = measures;
  if (!failback) return { title: 'Way back', value: 'not done', detail: 'the service was not moved back', tone: clock.t6 === undefined ? 'calm' : 'warn' };
  const parts = [failback.reads && `reads ${figure(failback.reads.seconds)}`, failback.writes && `writes ${figure(failback.writes.seconds)}`].filter(
    (part) => part !== undefined,
  );
  const unknown = failback.reads?.unknownSeconds ?? 0;
  return {
    title: 'Way back',
    value: failback.rta === undefined ? 'not measured' : figure(failback.rta),
    detail: `outage of failback: ${listed(parts)}${unknown > 0 ? `, ${figure(unknown)} unknown` : ''}`,
    tone: 'calm',
  };
}

/** Never a bare 0: who looked, where and when. */
export function leftBehindText({ resources }: DrillRecord): string {
  const { leftovers, looked } = resources;
  if (leftovers === 'unknown') {
    const unseen = looked.filter(({ found }) => found === 'unknown').map(({ site }) => site);
    return unseen.length > 0 ? `unknown at ${listed(unseen)}: could not be seen` : 'unknown: nobody looked';
  }
  if (leftovers.length > 0) return `${count(leftovers.length, 'marked resource')} left at ${listed([...new Set(leftovers.map(({ site }) => site))])}`;
  if (looked.length === 0) return 'nothing was made';
  return nothingLeft(
    looked.map(({ site }) => site),
    looked.at(-1)?.at,
  );
}

function leftBehind(record: DrillRecord): Headline {
  const { leftovers, looked } = record.resources;
  if (leftovers === 'unknown') return { title: 'Left behind', value: 'unknown', detail: leftBehindText(record), tone: 'warn' };
  if (leftovers.length > 0) return { title: 'Left behind', value: String(leftovers.length), detail: leftBehindText(record), tone: 'bad' };
  if (looked.length === 0) return { title: 'Left behind', value: 'nothing made', detail: 'the run created nothing', tone: 'calm' };
  const at = looked.at(-1)?.at;
  return {
    title: 'Left behind',
    value: 'none found',
    detail: `no marked resource found at ${listed(looked.map(({ site }) => site))}${at === undefined ? '' : ` at ${timeOfDay(at).slice(0, 8)} UTC`}`,
    tone: 'good',
  };
}

function gaps({ gaps: found }: DrillRecord): Headline {
  if (found.length === 0) return { title: 'Vendor gaps', value: 'none found', detail: 'by the checks that were made', tone: 'good' };
  const bySeverity = (['S1', 'S2', 'S3', 'S4'] as const)
    .map((severity) => ({ severity, many: found.filter((each) => each.severity === severity).length }))
    .filter(({ many }) => many > 0);
  const blockers = found.some(({ severity }) => severity === 'S1');
  return {
    title: 'Vendor gaps',
    value: String(found.length),
    detail: bySeverity.map(({ severity, many }) => `${many} × ${severity}`).join(', '),
    tone: blockers ? 'bad' : 'warn',
  };
}

function readiness({ checks }: DrillRecord): Headline {
  const bad = checks.filter(({ ok }) => !ok);
  const blocking = bad.filter(({ blocking: blocks }) => blocks);
  return {
    title: 'Readiness',
    value: `${checks.length - bad.length} of ${count(checks.length, 'check')}`,
    detail: bad.length === 0 ? 'nothing was touched' : `${listed(bad.map(({ name }) => name))} failed`,
    tone: blocking.length > 0 ? 'bad' : bad.length > 0 ? 'warn' : 'good',
  };
}
