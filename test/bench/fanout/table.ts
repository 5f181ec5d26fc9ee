import type { Half, Run } from './muster.ts';
import type { CallKind } from './tally.ts';

const KINDS: Readonly<Record<CallKind, string>> = { start: 'start', list: 'list', get: 'get', remove: 'remove', catalogue: 'catalogue', token: 'token' };

const columns = (first: string, cells: readonly string[]): string => [first.padEnd(18), ...cells.map((each) => each.padStart(9))].join(' ');

export const TITLES = columns('', [...Object.values(KINDS), 'looks', '+ pages', 'events', 'make', 'remove', 'memory']);

/** Calls of both halves by kind; how many looks and further pages the lists were; then what each half took. */
export function line(what: string, { start, remove, memory = '' }: Run): string {
  const both = (count: (half: Half) => number): string => String(count(start) + count(remove));
  const kinds = (Object.keys(KINDS) as CallKind[]).map((kind) => both(({ calls }) => calls.by[kind]));
  const events = [start, remove].every((half) => half.events !== undefined) ? `${start.events} + ${remove.events}` : '-';
  const lists = [both(({ calls }) => calls.looks), both(({ calls }) => calls.morePages)];
  return columns(what, [...kinds, ...lists, events, `${start.seconds.toFixed(1)} s`, `${remove.seconds.toFixed(1)} s`, memory]);
}
