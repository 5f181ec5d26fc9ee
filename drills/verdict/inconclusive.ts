import { all } from '../journal.ts';
import { failbackOf, measuredRoute, summariesOf } from '../measures/facts.ts';
import { figure, listed } from '../measures/figures.ts';
import { secondsBetween } from '../measures/instants.ts';
import { judgedRpa, readingOf } from '../measures/rpa.ts';
import { against } from '../measures/targets.ts';
import { failedChecks, leftovers, unheld, unheldBack, verified } from './failed.ts';
import { lossFigure, recoveryFigure } from './figured.ts';
import type { Facts, Rule } from './rule.ts';

/** Rules that only a run which changed something can break. */
const measuring =
  (test: Rule['test']): Rule['test'] =>
  (facts) =>
    facts.touched && facts.planned.mode !== 'rehearse' ? test(facts) : [];

export const INCONCLUSIVE: readonly Rule[] = (
  [
    ['the error bar straddles the RTO', measuring(straddledRto)],
    [
      'the error bar straddles the RPO',
      measuring((facts) => (facts.measures.rpo === 'straddles' ? [`${lossFigure(facts)}: the error bar reaches over the target`] : [])),
    ],
    ['unknowns decide', measuring(unknownsDecide)],
    ['probe lost', measuring(blindProbes)],
    ['leftovers unknown', measuring(unseenSites)],
    ['canary unread', measuring(unreadCanary)],
    ['data loss not seen from outside', measuring(noCanary)],
    ['identity unproven', measuring(unproven)],
    [
      'verify not run',
      measuring(({ entries, planned }) =>
        planned.verifies.filter((name) => !verified(entries).some((each) => each.name === name)).map((name) => `verify ${name} was not run`),
      ),
    ],
    ['failback not done', measuring(notHome)],
    ['baseline red', redBaseline],
    ['blocking check', blockingCheck],
    ['nothing tried', nothingTried],
  ] satisfies [string, Rule['test']][]
).map(([rule, test]) => ({ rule, outcome: 'inconclusive', test }));

function straddledRto(facts: Facts): string[] {
  const { rto, clock, t7, rta, rehearsedRta } = facts.measures;
  const value = rta.service ?? rehearsedRta;
  if (rto !== 'straddles' || value === undefined || !t7.reached || clock.t0 === undefined) return [];
  if (against(facts.planned.objectives.rtoSeconds, value, t7.plusMinusSeconds) === 'straddles')
    return [`${recoveryFigure(facts)}: the error bar reaches over the target`];
  return [`${recoveryFigure(facts)}: but what is unknown afterwards may hide a recovery as late as ${figure(secondsBetween(clock.t0, t7.latest))}`];
}

function unknownsDecide(facts: Facts): string[] {
  const { measures, entries } = facts;
  const unknown = unheld(facts, 'unknown');
  if (unknown.length > 0) return unknown.map((detail) => `whether the service recovered by the deadline is not known: ${detail}`);
  const back = unheldBack(facts, 'unknown').map((detail) => `whether the service came back at ${facts.planned.from} is not known: ${detail}`);
  if (measures.clock.t0 === undefined) return ['the disruption has no instant, so nothing can be measured from it', ...back];
  if (measures.t7.reached) return back;
  const met = all(entries, 'hold').some(({ way, met: seen }) => way === 'out' && seen);
  return [met ? 'the recovery that was seen live is not borne out by the samples' : 'the recovery was not measured: no clean hold window was seen', ...back];
}

function blindProbes({ entries, planned }: Facts): string[] {
  const summaries = summariesOf(entries, measuredRoute(entries)).filter(({ samples }) => samples > 0);
  const lost = all(entries, 'probe-lost').filter(
    ({ vantage, probe }) => !all(entries, 'probes').some(({ summary }) => summary.samples > 0 && summary.vantage === vantage && summary.probe === probe),
  );
  const blind = planned.vantages.filter((vantage) => !summaries.some((each) => each.vantage === vantage) && !lost.some((each) => each.vantage === vantage));
  return [
    ...lost.map(({ vantage, probe, detail }) => `probe ${probe} at ${vantage} was lost without a sample: ${detail}`),
    ...blind.map((vantage) => `nothing was seen from vantage ${vantage}`),
  ];
}

function unseenSites({ entries }: Facts): string[] {
  const looked = leftovers(entries);
  const made = new Set(all(entries, 'created').map(({ site }) => site));
  const missed = [...made].filter((site) => !looked.some((each) => each.site === site));
  return [
    ...looked.filter(({ found }) => found === 'unknown').map(({ site, detail }) => `leftovers at ${site} are unknown: ${detail}`),
    ...missed.map((site) => `leftovers at ${site} are unknown: nobody looked after the run`),
    ...(looked.length === 0 && missed.length === 0 ? ['leftovers are unknown: nobody looked after the run'] : []),
  ];
}

function unreadCanary({ entries, planned, measures }: Facts): string[] {
  if (!planned.canary) return [];
  const unread = (['out', 'back'] as const).flatMap((way) => {
    const last = entries.findLast((each) => (each.type === 'canary-read' || each.type === 'canary-unread') && each.way === way);
    return last?.type === 'canary-unread' ? [`the canary could not be read on the way ${way}: ${last.detail}`] : [];
  });
  if (unread.length > 0) return unread;
  const out = readingOf(entries, 'out');
  if (!out) return ['the canary was not read at the target'];
  if (out.acknowledged === 0) return ['no canary marker was acknowledged before the disruption, so no loss could be seen'];
  if (judgedRpa(measures.rpa) === undefined) return ['the canary reading does not say what was lost'];
  const home = failbackOf(entries);
  return planned.mode === 'planned' && home?.ok && !readingOf(entries, 'back') ? ['the canary was not read after the way back'] : [];
}

function noCanary({ entries, planned }: Facts): string[] {
  if (planned.canary || !all(entries, 'recovery-point').some(({ way }) => way === 'out')) return [];
  return ['the workload declares no canary, so data loss was not seen from outside'];
}

function unproven({ planned, measures }: Facts): string[] {
  if (!planned.identity) return ['the workload declares no identity, so no answer proves which site gave it'];
  return measures.t7.reached && measures.t7.proof === 'answers' ? [`no answer named ${planned.to}, so it is not proven which site gave it`] : [];
}

function notHome({ entries, planned }: Facts): string[] {
  const moved = planned.mode !== 'isolated' && all(entries, 'route').some(({ way }) => way === 'out');
  return moved && !failbackOf(entries) ? [`failback was not done: clients are still sent to ${planned.to}`] : [];
}

function redBaseline({ entries, planned, touched }: Facts): string[] {
  const last = all(entries, 'baseline').at(-1);
  if (!last || last.green || planned.declaredLost) return [];
  return [`the service was not well before the drill${touched ? '' : ', so nothing was touched'}: ${last.detail}`];
}

function blockingCheck({ entries, planned, touched }: Facts): string[] {
  if (planned.mode === 'rehearse') return [];
  return failedChecks(entries).map(({ name, detail }) => `check ${name} failed${touched ? '' : ', so nothing was touched'}: ${detail}`);
}

function nothingTried(facts: Facts): string[] {
  const { entries, planned, touched } = facts;
  if (planned.mode === 'rehearse') return all(entries, 'check').length === 0 ? ['no readiness check was run'] : [];
  if (touched || redBaseline(facts).length > 0 || blockingCheck(facts).length > 0) return [];
  const failed = all(entries, 'step').filter(({ result }) => result === 'failed');
  return [`nothing was touched, so nothing was measured${failed.length > 0 ? `: step ${listed([...new Set(failed.map(({ name }) => name))])} failed` : ''}`];
}
