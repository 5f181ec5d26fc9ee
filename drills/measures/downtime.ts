import { all, type Entry } from '../journal.ts';
import { canaryInterval } from './rpa.ts';
import { ms, rounded } from './instants.ts';
import { type Downtime, type Outage, readsDown } from './outages.ts';
import { summariesOf } from './facts.ts';

/** What clients missed on one way, reads (probes) and writes (canary) apart; absent where nothing looked. */
export interface ClientDowntime {
  readonly reads?: Downtime;
  readonly writes?: Downtime;
}

export function downtimeIn(entries: readonly Entry[], from: string, to: string): ClientDowntime {
  const reads = readsDown(summariesOf(entries, 'live'), from, to);
  const writes = writesDown(entries, from, to);
  return { ...(reads ? { reads } : {}), ...(writes ? { writes } : {}) };
}

/** Whole silences that began within the period or reached into it: a write outage does not end with the period. */
export function silencesIn(entries: readonly Entry[], from: string, to: string): Outage[] {
  return (all(entries, 'canary').at(-1)?.summary.silences ?? [])
    .filter((each) => ms(each.to) > ms(from) && ms(each.from) < ms(to))
    .map((each) => ({ ...each, seconds: (ms(each.to) - ms(each.from)) / 1000 }));
}

function writesDown(entries: readonly Entry[], from: string, to: string): Downtime | undefined {
  if (all(entries, 'canary').length === 0) return undefined;
  const seconds = silencesIn(entries, from, to).reduce((sum, each) => sum + each.seconds, 0);
  return { seconds: rounded(seconds), unknownSeconds: 0, plusMinusSeconds: canaryInterval(entries) };
}

/** The larger of the two, with what is not known counted as down. */
export function longestOf({ reads, writes }: ClientDowntime): number | undefined {
  const each = [reads, writes].filter((one) => one !== undefined).map((one) => one.seconds + one.unknownSeconds);
  return each.length === 0 ? undefined : rounded(Math.max(...each));
}
