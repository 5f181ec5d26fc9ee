import { all, type Entry } from '../journal.ts';
import type { Clock } from './clock.ts';
import { silencesIn } from './downtime.ts';
import { endOf, failbackOf, latestBy, plannedOf, summariesOf } from './facts.ts';
import { count, figure, withError } from './figures.ts';
import { answeredByOthers } from './foreign.ts';
import { errorAcross, horizonOf, lanesOf } from './lanes.ts';
import { iso, rounded, secondsBetween } from './instants.ts';
import { outagesIn } from './outages.ts';
import { canaryInterval, readingOf, type Rpa } from './rpa.ts';

/** As many intervals without an acknowledgement are a silence. */
const SILENT_INTERVALS = 3;

/** What the figures show and no step could notice. */
export function findingsOf(entries: readonly Entry[], clock: Clock, rpa: Rpa): string[] {
  return [...disagreement(entries, rpa), ...integrity(entries), ...afterRecovery(entries, clock), ...besideTheDrill(entries, clock), ...leftBehind(entries)];
}

function disagreement(entries: readonly Entry[], rpa: Rpa): string[] {
  const { byCanary, byRecoveryPoint, atLeast, plusMinus } = rpa;
  const lost = readingOf(entries, 'out')?.lost ?? 0;
  if (lost === 0 || byCanary === undefined) return [];
  const first = atLeast ? [`even the first acknowledged marker was lost: the loss reaches back ${figure(byCanary)} or more`] : [];
  if (byRecoveryPoint === undefined || rounded(Math.abs(byCanary - byRecoveryPoint)) <= rounded(canaryInterval(entries) + plusMinus)) return first;
  return [
    ...first,
    `the canary shows ${figure(byCanary)} of data lost, the recovery point says ${figure(byRecoveryPoint)}: more apart than the canary can be off`,
  ];
}

function integrity(entries: readonly Entry[]): string[] {
  return (['out', 'back'] as const).flatMap((way) => {
    const reading = readingOf(entries, way);
    if (!reading) return [];
    const where = reading.site ?? (way === 'out' ? 'the target' : 'the source');
    return [
      ...(reading.duplicated > 0 ? [`${count(reading.duplicated, 'marker')} found more than once at ${where}`] : []),
      ...(reading.reordered > 0 ? [`${count(reading.reordered, 'marker')} out of order at ${where}`] : []),
    ];
  });
}

/** Between T7 and the way home the target should serve without a break. */
function afterRecovery(entries: readonly Entry[], { t7 }: Clock): string[] {
  const planned = plannedOf(entries);
  if (t7 === undefined || !planned || planned.mode === 'isolated') return [];
  const live = summariesOf(entries, 'live');
  const end = failbackOf(entries)?.startedAt ?? lastSeen(entries);
  const error = errorAcross(lanesOf(live));
  return [
    ...outagesIn(live, t7, end).map((each) => `the service was down again for ${withError(each.seconds, error)} after it had recovered, from ${each.from}`),
    ...silencesIn(entries, t7, end)
      // A silence begins with the last write before it: what is silent only because the way home began belongs to that.
      .filter((each) => each.from > t7 && (each.to <= end || secondsBetween(each.from, end) > SILENT_INTERVALS * canaryInterval(entries)))
      .map((each) => `no write was acknowledged for ${figure(each.seconds)} after the service had recovered, from ${each.from}`),
    ...Object.entries(planned.identity ? answeredByOthers(live, planned.to, t7, end) : {}).map(
      ([site, seconds]) => `clients were answered by ${site} for ${figure(seconds)} after ${planned.to} had taken over`,
    ),
  ];
}

/** An isolated drill must not be felt by those who use the real service. */
function besideTheDrill(entries: readonly Entry[], { t0 }: Clock): string[] {
  if (t0 === undefined || plannedOf(entries)?.mode !== 'isolated') return [];
  return outagesIn(summariesOf(entries, 'live'), t0, lastSeen(entries)).map(
    (each) => `the live service was down for ${figure(each.seconds)} while the isolated drill ran, from ${each.from}`,
  );
}

function leftBehind(entries: readonly Entry[]): string[] {
  return latestBy(all(entries, 'leftovers'), (each) => each.site).flatMap(({ site, found }) =>
    found === 'unknown' ? [] : found.map((each) => `left behind at ${site}: ${each.kind} ${each.id.role} (${each.nativeId})`),
  );
}

/** End of what the outside saw; without samples, of the journal. */
function lastSeen(entries: readonly Entry[]): string {
  const horizon = horizonOf(lanesOf(summariesOf(entries, 'live')));
  return Number.isFinite(horizon) ? iso(horizon) : (endOf(entries) ?? '');
}
