import { all, type Entry } from '../journal.ts';
import type { ProbeSummary } from '../probing.ts';
import { horizonOf, lanesOf } from './lanes.ts';
import { iso, ms } from './instants.ts';
import { type Outage, outagesIn } from './outages.ts';

/** One probe at one vantage: what it saw, and the file that holds every sample. */
export interface ProbeMeasure {
  readonly vantage: string;
  readonly probe: string;
  readonly route: 'live' | 'drill';
  readonly samples: number;
  /** Seconds about which nothing is known. */
  readonly unknown: number;
  readonly outages: readonly Outage[];
  /** The journal holds the first and last spans only; the file holds all. */
  readonly truncated: boolean;
  readonly file: string;
  readonly sha256: string;
}

export function probesOf(entries: readonly Entry[]): ProbeMeasure[] {
  return all(entries, 'probes').map(({ route, summary }) => {
    const { vantage, probe, samples, unknownSeconds, truncated, file, sha256 } = summary;
    return { vantage, probe, route, samples, unknown: unknownSeconds, outages: wholeOutages(summary), truncated, file, sha256 };
  });
}

function wholeOutages(summary: ProbeSummary): Outage[] {
  const [first] = summary.spans;
  if (!first) return [];
  const start = Math.min(...summary.spans.map((span) => ms(span.from)));
  return outagesIn([summary], iso(start), iso(Math.max(start, horizonOf(lanesOf([summary])))));
}
