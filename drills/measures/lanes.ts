import type { ProbeSummary, Span } from '../probing.ts';
import { ms, rounded } from './instants.ts';
import type { Light, LightLane } from './lights.ts';

/** Everything one probe saw from one vantage, however many summaries brought it home. */
export interface Lane {
  readonly vantage: string;
  readonly probe: string;
  readonly spans: readonly Span[];
  /** An answer named a site: then only named answers are proof here. */
  readonly named: boolean;
  /** Probe interval + time-out + clock offset: how far an instant seen here can be off. */
  readonly errorSeconds: number;
}

export function errorOf(summary: ProbeSummary): number {
  return rounded(summary.everySeconds + summary.timeoutSeconds + summary.clockOffsetSeconds);
}

export function lanesOf(summaries: readonly ProbeSummary[]): Lane[] {
  return [...Map.groupBy(summaries, (each) => JSON.stringify([each.vantage, each.probe])).values()].flatMap((group) => {
    const [first] = group;
    if (!first) return [];
    const spans = group.flatMap((each) => each.spans);
    return [
      {
        vantage: first.vantage,
        probe: first.probe,
        spans,
        named: spans.some((span) => span.site !== undefined),
        errorSeconds: Math.max(...group.map(errorOf)),
      },
    ];
  });
}

export function lit(lane: Lane, light: (span: Span, lane: Lane) => Light): LightLane {
  return lane.spans.map((span) => ({ light: light(span, lane), from: ms(span.from), to: ms(span.to) }));
}

/** As a client sees it: any clean answer is service, whoever gave it. */
export function asClient(span: Span): Light {
  return ({ up: 'green', down: 'red', unknown: 'grey' } as const)[span.state];
}

/** As proof that `site` serves: an answer from elsewhere is a failure, an answer without a name is not known. */
export function asProofOf(site: string | undefined): (span: Span, lane: Lane) => Light {
  return (span, lane) => {
    if (span.state !== 'up' || site === undefined) return asClient(span);
    if (span.site === undefined) return lane.named ? 'grey' : 'green';
    return span.site === site ? 'green' : 'red';
  };
}

/** The largest error of these lanes; 0 without lanes. */
export function errorAcross(lanes: readonly Lane[]): number {
  return Math.max(0, ...lanes.map((lane) => lane.errorSeconds));
}

/** End of what was seen, in milliseconds; -Infinity when nothing was. */
export function horizonOf(lanes: readonly Lane[]): number {
  return Math.max(...lanes.flatMap((lane) => lane.spans.map((span) => ms(span.to))));
}
