import { z } from 'zod';
import { hashOf, isSame } from '../marks.ts';
import type { ResourceId } from '../spec.ts';
import { pathOf } from './client.ts';
import { addressIn, type Instance, instance } from './instance.ts';
import { KEY, type Marked, markedBy } from './marks.ts';
import { baseName, isNamed } from './names.ts';
import { IncusError } from './errors.ts';
import type { Site } from './site.ts';

/** All of the project, or those that a filter of Incus lets through. In one order. */
export async function instances({ read }: Site, filter: string | undefined, signal: AbortSignal): Promise<Instance[]> {
  const query = { recursion: '1', ...(filter !== undefined && { filter }) };
  const { metadata } = await read.ask('GET', pathOf('instances'), signal, { query });
  return z
    .array(instance)
    .parse(metadata ?? [])
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

/** One, with what makes a change to it conditional. Undefined when there is none. */
export async function instanceNamed({ read }: Site, name: string, signal: AbortSignal): Promise<{ readonly it: Instance; readonly etag: string } | undefined> {
  try {
    const { metadata, etag } = await read.ask('GET', pathOf('instances', name), signal);
    return { it: instance.parse(metadata), etag };
  } catch (error) {
    if (error instanceof IncusError && error.status === 404) return undefined;
    throw error;
  }
}

export interface Seen {
  readonly it: Instance;
  readonly mark: Marked;
}

/** What carries this id, and what carries its hash or its names without being it: that is not ours. */
export async function seenAs(site: Site, id: ResourceId, signal: AbortSignal): Promise<{ ours: Seen[]; foreign: Instance[] }> {
  const ours: Seen[] = [];
  const foreign: Instance[] = [];
  for (const it of await instances(site, `config.${KEY.id} eq ${hashOf(id)} or name eq ${baseName(id)}-[0-9]+`, signal)) {
    const mark = markedBy(it.config);
    if (mark && isSame(mark.id, id)) ours.push({ it, mark });
    else if (it.config[KEY.id] === hashOf(id) || isNamed(id, it.name)) foreign.push(it);
  }
  return { ours, foreign };
}

/** Undefined while it has none, and when it has just gone or ended: Incus then finds no process to ask. */
export async function addressOf({ read }: Site, { name }: Instance, signal: AbortSignal): Promise<string | undefined> {
  try {
    return addressIn((await read.ask('GET', pathOf('instances', name, 'state'), signal)).metadata);
  } catch (error) {
    if (error instanceof IncusError && (error.status === 404 || /^Invalid PID/i.test(error.message))) return undefined;
    throw error;
  }
}
