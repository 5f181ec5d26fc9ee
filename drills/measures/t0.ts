import type { ProbeSummary } from '../probing.ts';
import { earliest, iso, ms } from './instants.ts';
import { asClient, type Lane, lanesOf, lit } from './lanes.ts';
import { worst } from './lights.ts';

/**
 * The earlier of the disruption and the first outside failure that leads into it without a recovery in between.
 * A hole is no recovery: a failure before a hole before the disruption still counts.
 */
export function unplannedT0(issued: string, live: readonly ProbeSummary[]): string {
  return earliest([issued, ...lanesOf(live).map((lane) => failingSince(lane, ms(issued)))]) ?? issued;
}

function failingSince(lane: Lane, issued: number): string | undefined {
  const first = Math.min(...lane.spans.map((span) => ms(span.from)));
  let since: number | undefined;
  for (const { light, from } of worst([lit(lane, asClient)], first, issued + 1)) {
    if (light === 'green') since = undefined;
    if (light === 'red') since ??= from;
  }
  return since === undefined ? undefined : iso(since);
}
