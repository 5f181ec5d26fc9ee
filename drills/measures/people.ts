import { all, type Entry } from '../journal.ts';
import { ms } from './instants.ts';

/** Seconds within [from, to] in which the run waited for a person's answer given in it. Waiting for two at once counts once. */
export function waitedForPeople(entries: readonly Entry[], from: string, to: string): number {
  const waits = all(entries, 'approval')
    .filter((each) => ms(each.at) >= ms(from) && ms(each.at) <= ms(to))
    .map((each) => ({ from: Math.max(ms(each.askedAt), ms(from)), to: ms(each.at) }))
    .toSorted((a, b) => a.from - b.from);
  let total = 0;
  let covered = ms(from);
  for (const wait of waits) {
    total += Math.max(0, wait.to - Math.max(wait.from, covered));
    covered = Math.max(covered, wait.to);
  }
  return total / 1000;
}
