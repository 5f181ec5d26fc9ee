import type { ProbeSummary } from '../probing.ts';
import { ms, rounded } from './instants.ts';
import { lanesOf } from './lanes.ts';
import { secondsOf, worst } from './lights.ts';

/** Seconds in which at least one probe was answered by another site than the one that should serve, by that site. */
export function answeredByOthers(summaries: readonly ProbeSummary[], site: string, from: string, to: string): Readonly<Record<string, number>> {
  const lanes = lanesOf(summaries);
  const others = new Set(
    lanes.flatMap((lane) => lane.spans.flatMap((span) => (span.state === 'up' && span.site !== undefined && span.site !== site ? [span.site] : []))),
  );
  const seconds = [...others].map((other): [string, number] => {
    const answered = lanes.map((lane) =>
      lane.spans.filter((span) => span.state === 'up' && span.site === other).map((span) => ({ light: 'red' as const, from: ms(span.from), to: ms(span.to) })),
    );
    return [other, rounded(secondsOf(worst(answered, ms(from), ms(to)), 'red'))];
  });
  return Object.fromEntries(seconds.filter(([, each]) => each > 0));
}
