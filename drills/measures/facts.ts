import { all, type Entry } from '../journal.ts';
import type { ProbeSummary } from '../probing.ts';
import { ms } from './instants.ts';

export type Planned = Extract<Entry, { type: 'planned' }>;
export type FailbackFact = Extract<Entry, { type: 'failback' }>;

export function plannedOf(entries: readonly Entry[]): Planned | undefined {
  return all(entries, 'planned')[0];
}

export function failbackOf(entries: readonly Entry[]): FailbackFact | undefined {
  return all(entries, 'failback').at(-1);
}

/** The latest instant of the journal, in whatever order it was written; undefined for an empty one. */
export function endOf(entries: readonly Entry[]): string | undefined {
  return entries.map(({ at }) => at).reduce<string | undefined>((latest, at) => (latest === undefined || ms(at) > ms(latest) ? at : latest), undefined);
}

export function summariesOf(entries: readonly Entry[], route: 'live' | 'drill'): ProbeSummary[] {
  return all(entries, 'probes')
    .filter((each) => each.route === route)
    .map((each) => each.summary);
}

/** The route whose recovery is measured: an isolated drill recovers behind its own. */
export function measuredRoute(entries: readonly Entry[]): 'live' | 'drill' {
  return plannedOf(entries)?.mode === 'isolated' ? 'drill' : 'live';
}

/** The last word on each: what a repeated step or look says replaces what it said before. */
export function latestBy<T>(items: readonly T[], key: (item: T) => string): T[] {
  return [...new Map(items.map((item) => [key(item), item])).values()];
}

/** Something was made, stopped or switched: from here on a run must measure, undo and look for leftovers. */
export function touched(entries: readonly Entry[]): boolean {
  return entries.some(
    (each) =>
      each.type === 'created' ||
      each.type === 'route' ||
      (each.type === 'clock' && each.point === 't0') ||
      (each.type === 'step' && TOUCHING.has(each.uses) && each.result !== 'skipped'),
  );
}

const TOUCHING: ReadonlySet<string> = new Set(['disrupt', 'fence', 'restore', 'isolate', 'start', 'cutover']);
