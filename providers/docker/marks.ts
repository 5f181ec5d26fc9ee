import { z } from 'zod';
import { hashOf, markText, matches, portsOf, portsText } from '../marks.ts';
import type { MarkFilter, ResourceId } from '../spec.ts';

const KEY = {
  installation: 'muster.installation',
  run: 'muster.run',
  role: 'muster.role',
  generation: 'muster.generation',
  expires: 'muster.expires',
  digest: 'muster.digest',
  ports: 'muster.ports',
  replicas: 'muster.replicas',
  part: 'muster.part',
  address: 'muster.address',
} as const;

/** `main` is the container, `data` its volume. */
export type Part = 'main' | 'data';

export interface Marked {
  readonly id: ResourceId;
  readonly digest: string;
  readonly ports: Readonly<Record<string, number>>;
  readonly replicas: number;
  readonly part: Part;
  /** The address it keeps, if one. */
  readonly address?: string;
}

export type Labels = Readonly<Record<string, string>>;

/** Labels hold any text. */
export function labelsOf({ id, digest, ports, replicas, part, address }: Marked): Record<string, string> {
  return {
    ...markText(KEY, id, digest),
    [KEY.ports]: portsText(ports),
    [KEY.replicas]: String(replicas),
    [KEY.part]: part,
    ...(address !== undefined && { [KEY.address]: address }),
  };
}

const labels = z
  .object({
    [KEY.installation]: z.string().min(1),
    [KEY.run]: z.string().min(1),
    [KEY.role]: z.string(),
    [KEY.generation]: z.string().regex(/^\d+$/),
    [KEY.expires]: z.string().min(1),
    [KEY.digest]: z.string(),
    [KEY.ports]: z.string(),
    [KEY.replicas]: z.string().regex(/^\d+$/),
    [KEY.part]: z.enum(['main', 'data']),
    [KEY.address]: z.string().optional(),
  })
  .transform(({ [KEY.address]: address, ...found }): Marked => ({
    id: {
      owner: { installation: found[KEY.installation], run: found[KEY.run], expires: found[KEY.expires] },
      role: found[KEY.role],
      generation: Number(found[KEY.generation]),
    },
    digest: found[KEY.digest],
    ports: portsOf(found[KEY.ports]),
    replicas: Number(found[KEY.replicas]),
    part: found[KEY.part],
    ...(address !== undefined && { address }),
  }));

/** Undefined when it does not carry a whole mark of ours. */
export function markedBy(found: Labels | null | undefined): Marked | undefined {
  const parsed = labels.safeParse(found ?? {});
  return parsed.success ? parsed.data : undefined;
}

/** Which labels to ask for; the answer is checked with `markOf` again. */
export function labelFilter({ installation, run }: MarkFilter): string[] {
  return [`${KEY.installation}=${installation}`, ...(run === undefined ? [] : [`${KEY.run}=${run}`])];
}

/** The mark of it, if it is one that is looked for. */
export function markOf(filter: MarkFilter, found: Labels | null | undefined, parts: readonly Part[]): Marked | undefined {
  const mark = markedBy(found);
  return mark && parts.includes(mark.part) && matches(filter, mark.id) ? mark : undefined;
}

/** Names of all that belongs to one id begin so. */
export function baseName(id: ResourceId): string {
  return `muster-${hashOf(id)}`;
}
