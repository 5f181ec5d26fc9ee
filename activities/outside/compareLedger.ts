import type { CanaryReading, MarkerAt } from '../../drills/probing.ts';
import { markerHash, markerId } from './canary/marker.ts';
import type { AckedMarker } from './ledger.ts';

/** A marker as the workload gives it back. */
export interface Listed {
  readonly id: string;
  readonly hash: string;
}

export interface Asked {
  readonly run: string;
  /** Only markers that this site acknowledged. */
  readonly site?: string;
  /** ISO instant: only markers acknowledged before it. */
  readonly until?: string;
}

/**
 * What of the acknowledged markers is there, entry for entry. A marker with another hash than its own is lost. One is *reordered* when it stands
 * behind a marker that was sent only after it had been acknowledged; the list may be oldest or newest first.
 */
export function compareLedger(ledger: readonly AckedMarker[], listed: readonly Listed[], { run, site, until }: Asked): Omit<CanaryReading, 'at' | 'site'> {
  const limit = until === undefined ? Infinity : Date.parse(until);
  const asked = ledger.filter((marker) => Date.parse(marker.ackAt) < limit && (site === undefined || marker.site === site)).toSorted((a, b) => a.seq - b.seq);
  const times = new Map<string, number>();
  for (const { id, hash } of listed) {
    if (id.startsWith(`${run}-`) && hash === markerHash(id)) times.set(id, (times.get(id) ?? 0) + 1);
  }
  const idOf = ({ seq }: MarkerAt): string => markerId(run, seq);
  const isThere = (marker: MarkerAt): boolean => times.has(idOf(marker));
  const firstLost = asked.find((marker) => !isThere(marker));
  const newestBeforeLoss = firstLost && asked.findLast((marker) => marker.seq < firstLost.seq);
  const [first, last] = [asked.at(0), asked.at(-1)];
  const survived = asked.filter(isThere).length;
  return {
    acknowledged: asked.length,
    survived,
    lost: asked.length - survived,
    duplicated: [...times.values()].filter((count) => count > 1).length,
    reordered: reorderedOf(new Map(asked.map((marker) => [idOf(marker), marker])), [...times.keys()]),
    ...(first && { firstAcknowledged: bare(first) }),
    ...(last && { lastAcknowledged: bare(last) }),
    ...(firstLost && { firstLost: bare(firstLost) }),
    ...(newestBeforeLoss && { newestBeforeLoss: bare(newestBeforeLoss) }),
  };
}

/** `ids` in the order of the list, each once. */
function reorderedOf(asked: ReadonlyMap<string, MarkerAt>, ids: readonly string[]): number {
  const markers = ids.flatMap((id) => asked.get(id) ?? []);
  return Math.min(behind(markers), behind(markers.toReversed()));
}

function behind(markers: readonly MarkerAt[]): number {
  let newestSent = -Infinity;
  let count = 0;
  for (const { sentAt, ackAt } of markers) {
    if (Date.parse(ackAt) < newestSent) count += 1;
    newestSent = Math.max(newestSent, Date.parse(sentAt));
  }
  return count;
}

function bare({ seq, sentAt, ackAt }: AckedMarker): MarkerAt {
  return { seq, sentAt, ackAt };
}
