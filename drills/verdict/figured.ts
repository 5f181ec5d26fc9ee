import { count, figure, withError } from '../measures/figures.ts';
import { lossOf, judgedRpa } from '../measures/rpa.ts';
import type { CanaryReading } from '../probing.ts';
import type { Facts } from './rule.ts';

/** `recovered in 71.2 s ± 1.3 s, target 60 s`; undefined when the recovery was not seen. */
export function recoveryFigure({ measures, planned }: Facts): string | undefined {
  const { rta, rehearsedRta } = measures;
  const seconds = rta.service ?? rehearsedRta;
  if (seconds === undefined) return undefined;
  const what = rta.service === undefined ? 'rehearsed recovery (no detection, decision or DNS in it) in' : 'recovered in';
  return `${what} ${withError(seconds, rta.plusMinus ?? 0)}, target ${figure(planned.objectives.rtoSeconds)}`;
}

/** `lost 3.2 s ± 0.3 s of data (12 of 340 acknowledged markers), target 10 s`; undefined when nothing was read. */
export function lossFigure({ measures, planned }: Facts): string | undefined {
  const { rpa, canary } = measures;
  const target = `target ${figure(planned.objectives.rpoSeconds)}`;
  const judged = judgedRpa(rpa);
  if (judged === undefined || !canary) {
    return rpa.byRecoveryPoint === undefined
      ? undefined
      : `the recovery point is ${withError(rpa.byRecoveryPoint, rpa.plusMinus)} older than the disruption, ${target}`;
  }
  if (canary.lost === 0) return `lost none of ${count(canary.acknowledged, 'acknowledged marker')}: 0 s ± ${figure(rpa.plusMinus)} of data, ${target}`;
  const atLeast = rpa.atLeast ? 'at least ' : '';
  return `lost ${atLeast}${withError(judged, rpa.plusMinus)} of data (${canary.lost} of ${count(canary.acknowledged, 'acknowledged marker')}), ${target}`;
}

/** Acknowledged markers that the way home lost and the way out had not: a reading may or may not ask for the old ones again. */
export function lostOnTheWayBack(out: CanaryReading | undefined, back: CanaryReading): number {
  if (back.lost === 0) return 0;
  const onlyNew = out?.lastAcknowledged === undefined || (back.firstAcknowledged !== undefined && back.firstAcknowledged.seq > out.lastAcknowledged.seq);
  return onlyNew ? back.lost : Math.max(0, back.lost - out.lost);
}

export function backLossSeconds(back: CanaryReading): number {
  return lossOf(back).byCanary ?? 0;
}
