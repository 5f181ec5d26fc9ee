import { all, type ClockPoint, type Entry } from '../journal.ts';
import { endOf, failbackOf, plannedOf, summariesOf } from './facts.ts';
import { ms } from './instants.ts';
import { outagesIn } from './outages.ts';
import { unplannedT0 } from './t0.ts';
import type { T7 } from './t7.ts';

export type Clock = Readonly<Partial<Record<ClockPoint, string>>>;

/** T0 by mode; undefined for `rehearse`, which disturbs nothing, and until something is disturbed. */
export function t0Of(entries: readonly Entry[]): string | undefined {
  const mode = plannedOf(entries)?.mode;
  const written = all(entries, 'clock').find((each) => each.point === 't0')?.at;
  if (mode === undefined || mode === 'rehearse' || written === undefined) return undefined;
  return mode === 'unplanned' ? unplannedT0(written, summariesOf(entries, 'live')) : written;
}

/** First outside failure from T0 on, before the service is back; an isolated drill detects nothing. */
function t1Of(entries: readonly Entry[], t0: string, t7: T7): string | undefined {
  if (plannedOf(entries)?.mode === 'isolated') return undefined;
  const end = t7.reached ? t7.at : (failbackOf(entries)?.startedAt ?? endOf(entries));
  return end === undefined ? undefined : outagesIn(summariesOf(entries, 'live'), t0, end)[0]?.from;
}

/** The journal's points, each at its first mention, and the measured ones: T0, T1, T7. */
export function clockOf(entries: readonly Entry[], t0: string | undefined, t7: T7): Clock {
  const written = new Map<ClockPoint, string>();
  for (const { point, at } of all(entries, 'clock')) if (!written.has(point)) written.set(point, at);
  written.delete('t0');
  const t1 = t0 === undefined ? undefined : t1Of(entries, t0, t7);
  const points = [...written, ...(t0 ? [['t0', t0] as const] : []), ...(t1 ? [['t1', t1] as const] : []), ...(t7.reached ? [['t7', t7.at] as const] : [])];
  return Object.fromEntries(points.toSorted(([, a], [, b]) => ms(a) - ms(b)));
}
