import { hashOf, isSame } from '../marks.ts';
import type { ResourceId } from '../spec.ts';
import type { Machine } from './machines.ts';
import { isNamedAfter } from './names.ts';
import { type Marked, TAG, tagOf } from './tags.ts';

/** A machine of ours. */
export type Ours = Machine & { readonly mark: Marked };

/** What carries this id, and what carries its name or its hash without being it: that is not ours. */
export function seenAs(id: ResourceId, machines: readonly Machine[]): { ours: Ours[]; foreign: Machine[] } {
  const ours: Ours[] = [];
  const foreign: Machine[] = [];
  for (const machine of machines) {
    const { mark } = machine;
    if (mark && isSame(mark.id, id)) ours.push({ ...machine, mark });
    else if (isNamedAfter(id, machine.name) || tagOf(machine.model.tags, TAG.id) === hashOf(id)) foreign.push(machine);
  }
  return { ours, foreign };
}

/** The last attempt at each replica: what was passed over for want of room is on its way out. */
export function latest(ours: readonly Ours[]): Ours[] {
  const by = new Map<number, Ours>();
  for (const each of ours) {
    const before = by.get(each.mark.replica);
    if (!before || before.mark.attempt < each.mark.attempt) by.set(each.mark.replica, each);
  }
  return [...by.values()].toSorted((a, b) => a.mark.replica - b.mark.replica);
}
