import type { Instance, Tag } from '@aws-sdk/client-ec2';
import { DriverError } from '../errors.ts';
import { hashOf, portsOf, portsText } from '../marks.ts';
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
  const { owner, role, generation } = id;
  const values = {
    Name: `${role} ${generation}`.slice(0, LONGEST),
    [TAG.installation]: owner.installation,
    [TAG.run]: owner.run,
    [TAG.role]: role,
    [TAG.generation]: String(generation),
    [TAG.expires]: owner.expires,
    [TAG.digest]: digest,
    [TAG.id]: hashOf(id),
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
  const [installation, run, role, expires] = [TAG.installation, TAG.run, TAG.role, TAG.expires].map((key) => tags.get(key));
  const [generation, replicas, share] = [TAG.generation, TAG.replicas, TAG.share].map((key) => Number(tags.get(key) ?? Number.NaN));
  if (!installation || !run || role === undefined || !expires) return undefined;
  if (generation === undefined || replicas === undefined || share === undefined || ![generation, replicas, share].every(Number.isInteger)) return undefined;
  const step = Number(tags.get(TAG.step) ?? 0);
  return {
    ...(step > 0 && { step }),
    id: { owner: { installation, run, expires }, role, generation },
    digest: tags.get(TAG.digest) ?? '',
    ports: portsOf(tags.get(TAG.ports)),
    replicas,
    share,
  };
}

/** In a filter `*` and `?` stand for others, unless escaped. */
export function literally(value: string): string {
  return value.replaceAll(/[*?\\]/g, String.raw`\$&`);
}
