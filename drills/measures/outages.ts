import type { ProbeSummary } from '../probing.ts';
import { iso, ms, rounded } from './instants.ts';
import { asClient, errorAcross, lanesOf, lit } from './lanes.ts';
import { secondsOf, worst } from './lights.ts';

export interface Outage {
  readonly from: string;
  readonly to: string;
  readonly seconds: number;
}

/** Service away from its clients within a period. */
export interface Downtime {
  readonly seconds: number;
  /** Not known, so possibly down as well. */
  readonly unknownSeconds: number;
  readonly plusMinusSeconds: number;
}

/** Stretches in which at least one probe failed, as clients see it. */
export function outagesIn(summaries: readonly ProbeSummary[], from: string, to: string): Outage[] {
  return clientView(summaries, from, to)
    .filter((each) => each.light === 'red')
    .map((each) => ({ from: iso(each.from), to: iso(each.to), seconds: (each.to - each.from) / 1000 }));
}

/** Undefined without any samples: nothing was looked at. */
export function readsDown(summaries: readonly ProbeSummary[], from: string, to: string): Downtime | undefined {
  if (summaries.length === 0) return undefined;
  const view = clientView(summaries, from, to);
  return { seconds: rounded(secondsOf(view, 'red')), unknownSeconds: rounded(secondsOf(view, 'grey')), plusMinusSeconds: errorAcross(lanesOf(summaries)) };
}

function clientView(summaries: readonly ProbeSummary[], from: string, to: string) {
  return worst(
    lanesOf(summaries).map((lane) => lit(lane, asClient)),
    ms(from),
    ms(to),
  );
}
