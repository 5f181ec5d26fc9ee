import type { ClockPoint } from '../../journal.ts';
import { figure, withError } from '../../measures/figures.ts';
import { secondsBetween } from '../../measures/instants.ts';
import type { DrillRecord } from '../../record.ts';
import { instant, timeOfDay } from '../text.ts';
import { type Cell, type Section, table } from './section.ts';

export const POINTS: Readonly<Record<ClockPoint, string>> = {
  t0: 'disruption',
  t1: 'first failure seen from outside',
  t2: 'approved',
  t3: 'first recovery action',
  t4: 'target runs',
  t5: 'target healthy inside',
  t6: 'clients sent to the target',
  t7: 'service back, seen from outside',
  t8: 'verified',
  t9: 'failback done',
  t10: 'clean',
};

/** In the order in which they are named. */
export const POINT_NAMES = ['t0', 't1', 't2', 't3', 't4', 't5', 't6', 't7', 't8', 't9', 't10'] as const satisfies readonly ClockPoint[];

export function clockSection({ clock, mode }: DrillRecord): Section {
  const { t0 } = clock;
  const rows = POINT_NAMES.map((point): Cell[] => {
    const at = clock[point];
    const after = at === undefined || t0 === undefined ? '' : signed(secondsBetween(t0, at));
    return [{ code: point.toUpperCase() }, POINTS[point], at === undefined ? 'not reached' : instant(at, true), after];
  });
  const none = mode === 'rehearse' ? 'A rehearsal disturbs nothing, so its clock does not run.' : 'Nothing was disturbed, so the clock did not run.';
  return Object.keys(clock).length === 0 ? { title: 'Clock', none } : { title: 'Clock', tables: table(['Point', 'Meaning', 'Instant', 'After T0'], rows) };
}

function signed(seconds: number): string {
  if (seconds === 0) return '0 s';
  return `${seconds < 0 ? '−' : '+'}${figure(Math.abs(seconds))}`;
}

export function measureSection({ measures, mode, objectives }: DrillRecord): Section | undefined {
  if (mode === 'rehearse') return undefined;
  const { rta, rehearsedRta, waitedForPeople, rpa, canary, downtime, failback } = measures;
  const pm = rta.plusMinus ?? 0;
  const rows: (readonly [string, string | undefined, string])[] = [
    ['RTA, service', rta.service === undefined ? undefined : withError(rta.service, pm), `T7 − T0; target RTO ${figure(objectives.rto)}`],
    [
      'Rehearsed RTA',
      rehearsedRta === undefined ? undefined : withError(rehearsedRta, pm),
      `T7 − T0 without detection, decision or DNS; target RTO ${figure(objectives.rto)}`,
    ],
    ['RTA, full', rta.full === undefined ? undefined : figure(rta.full), 'T8 − T0: until verified'],
    ['RTA, technical', rta.technical === undefined ? undefined : figure(rta.technical), 'T7 − T3 without waiting for people'],
    ['Waited for people', waitedForPeople === 0 ? undefined : figure(waitedForPeople), 'approvals answered between T0 and T7'],
    ['Reads missed on the way out', downtime?.reads && missed(downtime.reads), 'T0 to T7, as clients saw it'],
    ['Writes missed on the way out', downtime?.writes && missed(downtime.writes), 'silences of the canary'],
    [
      'RPA by canary',
      rpa.byCanary === undefined ? undefined : `${rpa.atLeast ? 'at least ' : ''}${withError(rpa.byCanary, rpa.plusMinus)}`,
      `target RPO ${figure(objectives.rpo)}`,
    ],
    [
      'RPA by recovery point',
      rpa.byRecoveryPoint === undefined ? undefined : figure(rpa.byRecoveryPoint),
      'T0 − the instant that the recovery point says it was consistent',
    ],
    [
      'Canary markers',
      canary && `${canary.acknowledged} acknowledged, ${canary.survived} survived, ${canary.lost} lost`,
      `${canary?.duplicated ?? 0} duplicated, ${canary?.reordered ?? 0} out of order`,
    ],
    ['Reads missed on the way back', failback?.reads && missed(failback.reads), 'from the start of failback to T9'],
    ['Writes missed on the way back', failback?.writes && missed(failback.writes), 'silences of the canary'],
  ];
  const measured = rows.flatMap(([what, value, how]): Cell[][] => (value === undefined ? [] : [[what, value, how]]));
  return { title: 'Measured', tables: table(['Measure', 'Value', 'How'], measured), none: 'Nothing was measured.' };
}

function missed({
  seconds,
  unknownSeconds,
  plusMinusSeconds,
}: {
  readonly seconds: number;
  readonly unknownSeconds: number;
  readonly plusMinusSeconds: number;
}): string {
  return `${withError(seconds, plusMinusSeconds)}${unknownSeconds > 0 ? ` and ${figure(unknownSeconds)} unknown` : ''}`;
}

const MOST_OUTAGES = 8;

export function outsideSection({ measures }: DrillRecord): Section {
  const rows = measures.probes.map(({ vantage, probe, route, samples, unknown, outages, truncated }): Cell[] => {
    const shown = outages.slice(0, MOST_OUTAGES).map(({ from, seconds }) => `${timeOfDay(from)} for ${figure(seconds)}`);
    const more = outages.length > shown.length ? [`and ${outages.length - shown.length} more`] : [];
    return [
      vantage,
      probe,
      route,
      String(samples),
      figure(unknown),
      [...shown, ...more, ...(truncated ? ['cut short: the file holds the rest'] : [])].join('\n') || 'none',
    ];
  });
  return {
    title: 'Seen from outside',
    tables: table(['Vantage', 'Probe', 'Route', 'Samples', 'Unknown', 'Outages'], rows),
    none: 'Nobody looked from outside.',
  };
}
