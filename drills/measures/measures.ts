import type { Entry } from '../journal.ts';
import { LIVE } from '../schema/names.ts';
import { type Clock, clockOf, t0Of } from './clock.ts';
import { type ClientDowntime, downtimeIn, longestOf } from './downtime.ts';
import { failbackOf, measuredRoute, plannedOf, summariesOf } from './facts.ts';
import { findingsOf } from './findings.ts';
import { secondsBetween } from './instants.ts';
import { type ProbeMeasure, probesOf } from './probes.ts';
import { readingOf, type Rpa, rpaOf, rpoStanding } from './rpa.ts';
import { type Recovery, recoveryOf } from './rta.ts';
import { findT7, type T7 } from './t7.ts';
import { against, type Standing } from './targets.ts';

export interface CanaryCounts {
  readonly acknowledged: number;
  readonly survived: number;
  readonly lost: number;
  readonly duplicated: number;
  readonly reordered: number;
}

export interface Failback extends ClientDowntime {
  /** What clients missed on the way home: the larger of reads and writes, with what is unknown counted as missed. */
  readonly rta?: number;
}

export interface Measures extends Recovery {
  readonly clock: Clock;
  readonly t7: T7;
  readonly rpa: Rpa;
  /** On the way out. */
  readonly canary?: CanaryCounts;
  /** What clients missed on the way out. Live modes only. */
  readonly downtime?: ClientDowntime;
  readonly failback?: Failback;
  readonly probes: readonly ProbeMeasure[];
  /** Against the targets; absent where nothing was measured. */
  readonly rto?: Standing;
  readonly rpo?: Standing;
  readonly findings: readonly string[];
}

const UNREACHED: T7 = { reached: false, because: 'unknown' };

/** Everything that follows from a run's journal, and from nothing else. */
export function measure(entries: readonly Entry[]): Measures {
  const planned = plannedOf(entries);
  const t0 = t0Of(entries);
  const t7 = t0 === undefined ? UNREACHED : t7Of(entries, t0);
  const clock = clockOf(entries, t0, t7);
  const live = planned !== undefined && LIVE.includes(planned.mode);
  const recovery = recoveryOf(entries, clock, t7, live);
  const rpa = rpaOf(entries, t0);
  const canary = readingOf(entries, 'out');
  const rto = planned && rtoStanding(recovery, clock, t7, planned.objectives.rtoSeconds);
  const rpo = planned && rpoStanding(rpa, planned.objectives.rpoSeconds);
  return {
    clock,
    t7,
    ...recovery,
    rpa,
    ...(canary ? { canary: countsOf(canary) } : {}),
    ...(live && t0 !== undefined && t7.reached ? { downtime: downtimeIn(entries, t0, t7.at) } : {}),
    ...failbackMeasure(entries, clock),
    probes: probesOf(entries),
    ...(rto ? { rto } : {}),
    ...(rpo ? { rpo } : {}),
    findings: findingsOf(entries, clock, rpa),
  };
}

/** T7 of the way out. What is seen from the start of the way home on belongs to that. */
function t7Of(entries: readonly Entry[], t0: string): T7 {
  const planned = plannedOf(entries);
  return planned ? findT7(summariesOf(entries, measuredRoute(entries)), holdRule(planned, t0, failbackOf(entries)?.startedAt)) : UNREACHED;
}

/** The rule by which the journal's own plan looks for T7 at the target. */
export function holdRule({ objectives, identity, to, vantages }: NonNullable<ReturnType<typeof plannedOf>>, t0: string, until?: string) {
  return { t0, holdSeconds: objectives.holdSeconds, vantages, ...(identity ? { site: to } : {}), ...(until === undefined ? {} : { until }) };
}

/** Met only when it is met even if every hole in the hold window hid a failure. */
function rtoStanding({ rta, rehearsedRta }: Recovery, { t0 }: Clock, t7: T7, rtoSeconds: number): Standing | undefined {
  const value = rta.service ?? rehearsedRta;
  if (value === undefined || t0 === undefined || !t7.reached) return undefined;
  const standing = against(rtoSeconds, value, t7.plusMinusSeconds);
  return standing === 'met' && against(rtoSeconds, secondsBetween(t0, t7.latest), t7.plusMinusSeconds) !== 'met' ? 'straddles' : standing;
}

function countsOf({ acknowledged, survived, lost, duplicated, reordered }: CanaryCounts): CanaryCounts {
  return { acknowledged, survived, lost, duplicated, reordered };
}

function failbackMeasure(entries: readonly Entry[], { t9 }: Clock): { readonly failback?: Failback } {
  const fact = failbackOf(entries);
  if (!fact) return {};
  const missed = downtimeIn(entries, fact.startedAt, t9 ?? fact.at);
  const rta = longestOf(missed);
  return { failback: { ...(rta === undefined ? {} : { rta }), ...missed } };
}
