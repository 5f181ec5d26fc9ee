import { DriverError } from '../errors.ts';
import { hashOf, markOf, markText, portsOf, portsText, wholeNumber } from '../marks.ts';
import type { ResourceId } from '../spec.ts';
import type { Place } from './names.ts';

/** Most characters in the value of a tag. https://learn.microsoft.com/azure/azure-resource-manager/management/tag-resources */
const LONGEST = 256;

/** In small letters: Azure does not tell their case apart. */
export const TAG = {
  installation: 'muster-installation',
  run: 'muster-run',
  role: 'muster-role',
  generation: 'muster-generation',
  expires: 'muster-expires',
  digest: 'muster-digest',
  /** Of all that an id is. */
  id: 'muster-id',
  ports: 'muster-ports',
  replicas: 'muster-replicas',
  replica: 'muster-replica',
  attempt: 'muster-attempt',
  /** On a network interface: the security group to give back after isolation, or `none`. */
  group: 'muster-group',
} as const;

export type Tags = Readonly<Record<string, string>>;

export interface Marked extends Place {
  readonly id: ResourceId;
  readonly digest: string;
  readonly ports: Readonly<Record<string, number>>;
  readonly replicas: number;
}

export function tagsOf({ id, digest, ports, replicas, replica, attempt }: Marked): Record<string, string> {
  const values = {
    ...markText(TAG, id, digest),
    [TAG.ports]: portsText(ports),
    [TAG.replicas]: String(replicas),
    [TAG.replica]: String(replica),
    [TAG.attempt]: String(attempt),
  };
  for (const [key, value] of Object.entries(values)) checkTag(key, value);
  return values;
}

/** Throws Invalid for a value that a tag cannot hold. */
export function checkTag(key: string, value: string): void {
  if (value.length > LONGEST) throw new DriverError('Invalid', `${key} would have ${value.length} characters, and a tag holds ${LONGEST}: shorten it`);
}

/** Undefined when it does not carry a whole mark of ours. */
export function markedBy(tags: Tags = {}): Marked | undefined {
  const mark = markOf(TAG, (key) => tagOf(tags, key));
  const [replicas, replica, attempt] = [TAG.replicas, TAG.replica, TAG.attempt].map((key) => wholeNumber(tagOf(tags, key)));
  if (!mark || replicas === undefined || replica === undefined || attempt === undefined) return undefined;
  if (tagOf(tags, TAG.id) !== hashOf(mark.id)) return undefined;
  return { ...mark, ports: portsOf(tagOf(tags, TAG.ports)), replicas, replica, attempt };
}

export function tagOf(tags: Tags | undefined, key: string): string | undefined {
  const wanted = key.toLowerCase();
  return Object.entries(tags ?? {}).find(([name]) => name.toLowerCase() === wanted)?.[1];
}
