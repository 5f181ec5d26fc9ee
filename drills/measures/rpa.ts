import { all, type Entry } from '../journal.ts';
import type { CanaryReading } from '../probing.ts';
import { earliest, rounded, secondsBetween } from './instants.ts';
import { against, type Standing } from './targets.ts';

export interface Rpa {
  /** 0 when no acknowledged marker is lost; absent when nothing was read or nothing was acknowledged. */
  readonly byCanary?: number | undefined;
  /** The very first marker was lost: the loss reaches back at least this far. */
  readonly atLeast: boolean;
  /** T0 − the instant at which the oldest recovery point used on the way out was consistent, as the site states it. */
  readonly byRecoveryPoint?: number | undefined;
  /** Canary interval + clock offset. */
  readonly plusMinus: number;
}

export function rpaOf(entries: readonly Entry[], t0: string | undefined): Rpa {
  const reading = readingOf(entries, 'out');
  const oldest = earliest(
    all(entries, 'recovery-point')
      .filter((each) => each.way === 'out')
      .map((each) => each.consistentAt),
  );
  return {
    ...(reading ? lossOf(reading) : { atLeast: false }),
    ...(t0 !== undefined && oldest !== undefined ? { byRecoveryPoint: Math.max(0, secondsBetween(oldest, t0)) } : {}),
    plusMinus: canaryError(entries),
  };
}

/** What was read last: a repeated read replaces the one before. */
export function readingOf(entries: readonly Entry[], way: 'out' | 'back'): CanaryReading | undefined {
  return all(entries, 'canary-read').findLast((each) => each.way === way)?.reading;
}

/** Age of what is lost, from a reading alone. */
export function lossOf(reading: CanaryReading): Pick<Rpa, 'byCanary' | 'atLeast'> {
  const { lost, lastAcknowledged, newestBeforeLoss, firstAcknowledged } = reading;
  if (reading.acknowledged === 0) return { atLeast: false };
  if (lost === 0) return { byCanary: 0, atLeast: false };
  const since = newestBeforeLoss ?? firstAcknowledged;
  if (!since || !lastAcknowledged) return { atLeast: false };
  return { byCanary: Math.max(0, secondsBetween(since.sentAt, lastAcknowledged.ackAt)), atLeast: newestBeforeLoss === undefined };
}

export function canaryInterval(entries: readonly Entry[]): number {
  return Math.max(0, ...all(entries, 'canary').map((each) => each.summary.everySeconds));
}

function canaryError(entries: readonly Entry[]): number {
  return rounded(canaryInterval(entries) + Math.max(0, ...all(entries, 'probes').map((each) => each.summary.clockOffsetSeconds)));
}

/** The figure that is held against the RPO. Where even the first marker is lost, the recovery point may know of more. */
export function judgedRpa(rpa: Rpa): number | undefined {
  if (rpa.byCanary === undefined) return undefined;
  return rpa.atLeast ? Math.max(rpa.byCanary, rpa.byRecoveryPoint ?? 0) : rpa.byCanary;
}

/** Undefined when data loss was not measured from outside. An RPO of 0 is a count, not a time: one lost marker misses it. */
export function rpoStanding(rpa: Rpa, rpoSeconds: number): Standing | undefined {
  const judged = judgedRpa(rpa);
  if (judged === undefined)
    return rpa.byRecoveryPoint !== undefined && against(rpoSeconds, rpa.byRecoveryPoint, rpa.plusMinus) === 'missed' ? 'missed' : undefined;
  if (rpoSeconds === 0) return judged === 0 ? 'met' : 'missed';
  const standing = against(rpoSeconds, judged, rpa.plusMinus);
  return standing === 'met' && rpa.atLeast && rpa.byRecoveryPoint === undefined ? 'straddles' : standing;
}
