import type { ContainerInfo } from 'dockerode';
import { isSame } from '../marks.ts';
import type { MarkFilter, ResourceId } from '../spec.ts';
import { ask } from './ask.ts';
import { baseName, labelFilter, type Marked, markedBy, markOf, type Part } from './marks.ts';
import type { Site } from './site.ts';

export interface Seen {
  readonly it: ContainerInfo;
  readonly mark: Marked;
}

export const nameOf = ({ Names }: ContainerInfo): string => (Names[0] ?? '').replace(/^\//, '');

/** Containers whose names are those of this id: with its mark, and others. */
export async function seenAs(site: Site, id: ResourceId, signal: AbortSignal): Promise<{ ours: Seen[]; foreign: ContainerInfo[] }> {
  const base = baseName(id);
  const docker = await site.docker();
  const all = await ask(signal, () => docker.listContainers({ all: true, filters: { name: [base] } }));
  const named = all.filter((it) => nameOf(it).startsWith(`${base}-`)).toSorted((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
  const ours = named.flatMap((it) => {
    const mark = markedBy(it.Labels);
    return mark && isSame(mark.id, id) ? [{ it, mark }] : [];
  });
  return { ours, foreign: named.filter((it) => !ours.some((each) => each.it === it)) };
}

/** Containers with this mark, whatever they are called. */
export async function marked(site: Site, filter: MarkFilter, parts: readonly Part[], signal: AbortSignal): Promise<Seen[]> {
  const docker = await site.docker();
  const all = await ask(signal, () => docker.listContainers({ all: true, filters: { label: labelFilter(filter) } }));
  return all.flatMap((it) => {
    const mark = markOf(filter, it.Labels, parts);
    return mark ? [{ it, mark }] : [];
  });
}
