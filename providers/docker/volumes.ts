import { isSame } from '../marks.ts';
import type { MarkFilter, ResourceId } from '../spec.ts';
import { ask } from './ask.ts';
import { isCode } from './errors.ts';
import { labelFilter, type Marked, markOf } from './marks.ts';
import type { Site } from './site.ts';

export interface Volume {
  readonly name: string;
  readonly mark: Marked;
}

export async function markedVolumes(site: Site, filter: MarkFilter, signal: AbortSignal): Promise<Volume[]> {
  const docker = await site.docker();
  const { Volumes } = await ask(signal, () => docker.listVolumes({ filters: { label: labelFilter(filter) } }));
  return (Volumes ?? []).flatMap(({ Name, Labels }) => {
    const mark = markOf(filter, Labels, ['data']);
    return mark ? [{ name: Name, mark }] : [];
  });
}

export async function volumesOf(site: Site, id: ResourceId, signal: AbortSignal): Promise<Volume[]> {
  const { installation, run } = id.owner;
  return (await markedVolumes(site, { installation, run }, signal)).filter(({ mark }) => isSame(mark.id, id));
}

/** Absent is success. */
export async function unlessGone(work: Promise<unknown>): Promise<void> {
  await work.catch((error: unknown) => {
    if (!isCode(error, 'NotFound')) throw error;
  });
}
