import type { Instance, Tag } from '@aws-sdk/client-ec2';
import { DriverError } from '../errors.ts';
import { markOf, markText, portsOf, portsText, wholeNumber } from '../marks.ts';
import type { ResourceId } from '../spec.ts';

/** Most characters in the value of a tag. */
const LONGEST = 256;

export const TAG = {
  installation: 'muster:installation',
  run: 'muster:run',
  role: 'muster:role',
  generation: 'muster:generation',
  expires: 'muster:expires',
  digest: 'muster:digest',
  /** Of all that an id is: found by one filter, whatever characters are in it. */
  id: 'muster:id',
  ports: 'muster:ports',
  replicas: 'muster:replicas',
  /** Which of the calls that started a batch. */
  share: 'muster:share',
  /** How many tries had no room before this one; absent = none. */
  step: 'muster:step',
  /** The security groups to give back after isolation. */
  groups: 'muster:groups',
} as const;

export interface Marked {
  readonly id: ResourceId;
  readonly digest: string;
  readonly ports: Readonly<Record<string, number>>;
  readonly replicas: number;
  readonly share: number;
  /** How many tries had no room before this one; absent = none. */
  readonly step?: number;
}

export function tagsOf({ id, digest, ports, replicas, share, step = 0 }: Marked): Tag[] {
  const values = {
    Name: `${id.role} ${id.generation}`.slice(0, LONGEST),
    ...markText(TAG, id, digest),
    [TAG.ports]: portsText(ports),
    [TAG.replicas]: String(replicas),
    [TAG.share]: String(share),
    ...(step > 0 && { [TAG.step]: String(step) }),
  };
  for (const [key, value] of Object.entries(values))
    if (value.length > LONGEST) throw new DriverError('Invalid', `${key} would have ${value.length} characters, and a tag holds ${LONGEST}: shorten it`);
  return Object.entries(values).map(([Key, Value]) => ({ Key, Value }));
}

/** Undefined when it does not carry a whole mark of ours. */
export function markedBy({ Tags = [] }: Instance): Marked | undefined {
  const tags = new Map(Tags.map(({ Key = '', Value = '' }) => [Key, Value]));
  const mark = markOf(TAG, (key) => tags.get(key));
  const [replicas, share] = [TAG.replicas, TAG.share].map((key) => wholeNumber(tags.get(key)));
  if (!mark || replicas === undefined || share === undefined) return undefined;
  const step = Number(tags.get(TAG.step) ?? 0);
  return {
    ...mark,
    ...(step > 0 && { step }),
    ports: portsOf(tags.get(TAG.ports)),
    replicas,
    share,
  };
}

/** In a filter `*` and `?` stand for others, unless escaped. */
export function literally(value: string): string {
  return value.replaceAll(/[*?\\]/g, String.raw`\$&`);
}
