import type { Entry } from '../journal.ts';
import type { Clock } from './clock.ts';
import { endOf } from './facts.ts';
import { rounded, secondsBetween } from './instants.ts';
import { waitedForPeople } from './people.ts';
import type { T7 } from './t7.ts';

export interface Rta {
  /** T7 − T0: how long clients were without the service. Live modes only. */
  readonly service?: number;
  /** T8 − T0: until an owner had verified it. Live modes only. */
  readonly full?: number;
  /** T7 − T3 without the waiting for people inside it. Live modes only. */
  readonly technical?: number;
  readonly plusMinus?: number;
  /** Why there is no T7 although there is a T0: it failed to the end, or the holes decide. */
  readonly missing?: 'failures' | 'unknown';
}

export interface Recovery {
  readonly rta: Rta;
  /** T7 − T0 of an isolated drill: no detection, decision or DNS in it, so it is never an RTA. */
  readonly rehearsedRta?: number;
  /** Approvals answered between T0 and T7. */
  readonly waitedForPeople: number;
}

export function recoveryOf(entries: readonly Entry[], clock: Clock, t7: T7, live: boolean): Recovery {
  const { t0, t3, t8 } = clock;
  if (t0 === undefined) return { rta: {}, waitedForPeople: 0 };
  const full = live && t8 !== undefined ? { full: secondsBetween(t0, t8) } : {};
  if (!t7.reached) return { rta: { ...full, missing: t7.because }, waitedForPeople: waitedForPeople(entries, t0, endOf(entries) ?? t0) };
  const plusMinus = t7.plusMinusSeconds;
  const waited = waitedForPeople(entries, t0, t7.at);
  const service = secondsBetween(t0, t7.at);
  if (!live) return { rta: { plusMinus }, rehearsedRta: service, waitedForPeople: waited };
  const technical = t3 === undefined ? {} : { technical: rounded(secondsBetween(t3, t7.at) - waitedForPeople(entries, t3, t7.at)) };
  return { rta: { service, ...full, ...technical, plusMinus }, waitedForPeople: waited };
}
