import { createHash } from 'node:crypto';
import { z } from 'zod';
import { DriverError } from '../errors.ts';
import { hashOf } from '../marks.ts';
import type { ResourceId } from '../spec.ts';
import type { Instance } from './answers.ts';

/** Labels hold 63 of a-z, 0-9, `_` and `-`: enough to find by. What is exact stands in the metadata. */
export const LABEL = {
  installation: 'muster-installation',
  run: 'muster-run',
  /** Of all that an id is: found by one filter, whatever characters are in it. */
  id: 'muster-id',
  /** Seconds since the epoch, or `never`. */
  expires: 'muster-expires',
} as const;

export const KEY = {
  /** The whole mark, as JSON. */
  mark: 'muster-mark',
  /** Run by cloud-init at the first boot. */
  userData: 'user-data',
  /** What is to be restored at the next start. */
  restore: 'muster-restore',
} as const;

const marked = z.strictObject({
  id: z.strictObject({
    owner: z.strictObject({ installation: z.string().min(1), run: z.string().min(1), expires: z.string().min(1) }),
    role: z.string(),
    generation: z.int(),
  }),
  digest: z.string(),
  ports: z.record(z.string(), z.int()),
  replicas: z.int().positive(),
  /** How many tries had no room before this one; absent = none. */
  step: z.int().positive().optional(),
});
export type Marked = z.infer<typeof marked>;

export function labelsOf({ owner, role, generation }: ResourceId): Record<string, string> {
  const at = Date.parse(owner.expires);
  if (Number.isNaN(at) && owner.expires !== 'never') throw new DriverError('Invalid', `${owner.expires} is no instant to expire at`);
  return {
    [LABEL.installation]: labelValue(owner.installation),
    [LABEL.run]: labelValue(owner.run),
    [LABEL.id]: hashOf({ owner, role, generation }),
    [LABEL.expires]: Number.isNaN(at) ? 'never' : String(Math.ceil(at / 1000)),
  };
}

/** The text itself where a label can hold it. */
export function labelValue(text: string): string {
  return /^[a-z0-9_-]{1,63}$/.test(text) ? text : `h-${createHash('sha256').update(text).digest('hex').slice(0, 48)}`;
}

/** Undefined when it does not carry a whole mark of ours: labels and metadata that say the same. */
export function markedBy({ labels, metadata }: Instance): Marked | undefined {
  const parsed = marked.safeParse(parse(metadata.items.find(({ key }) => key === KEY.mark)?.value ?? ''));
  if (!parsed.success) return undefined;
  const wanted = labelsOf(parsed.data.id);
  return [LABEL.installation, LABEL.run, LABEL.id].every((key) => labels[key] === wanted[key]) ? parsed.data : undefined;
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
