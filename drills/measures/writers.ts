import { all, type Entry } from '../journal.ts';
import type { CanarySummary, MarkerAt } from '../probing.ts';
import { failbackOf, plannedOf } from './facts.ts';
import { ms } from './instants.ts';

interface Turn {
  readonly site: string;
  readonly first: MarkerAt;
  readonly last: MarkerAt;
}

function turnsOf(summary: CanarySummary): readonly Turn[] {
  return summary.turns ?? Object.entries(summary.bySite).map(([site, { first, last }]) => ({ site, first, last }));
}

/** One sentence for each way on which a site acknowledged a write after the other had taken over. */
export function twoWriters(entries: readonly Entry[]): string[] {
  const planned = plannedOf(entries);
  if (!planned || planned.mode === 'isolated') return [];
  const { from, to } = planned;
  const back = failbackOf(entries);
  const backAt = back ? ms(back.startedAt) : Infinity;
  const turns = all(entries, 'canary').flatMap((each) => turnsOf(each.summary));
  const out = overlap(turns, { old: from, next: to }, -Infinity, backAt);
  const home = back ? overlap(turns, { old: to, next: from }, backAt, Infinity) : undefined;
  return [out, home].filter((each) => each !== undefined);
}

function overlap(turns: readonly Turn[], { old, next }: { old: string; next: string }, since: number, until: number): string | undefined {
  const within = (marker: MarkerAt): boolean => ms(marker.ackAt) > since && ms(marker.ackAt) < until;
  const acknowledged = (site: string) =>
    turns
      .filter((turn) => turn.site === site)
      .flatMap((turn) => [turn.first, turn.last])
      .filter(within)
      .toSorted((a, b) => ms(a.ackAt) - ms(b.ackAt));
  const first = acknowledged(next)[0];
  const late = acknowledged(old).at(-1);
  if (!first || !late || ms(late.ackAt) <= ms(first.ackAt)) return undefined;
  return `${old} acknowledged marker ${late.seq} at ${late.ackAt}, after ${next} had acknowledged marker ${first.seq} at ${first.ackAt}: two writers`;
}
