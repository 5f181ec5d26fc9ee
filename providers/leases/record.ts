import { z } from 'zod';

/** How long a lease must be seen unchanged beyond its life before it counts as expired: what two clocks may differ in speed. */
export const MARGIN_SECONDS = 1;

/** What the lease object holds. No two writes of it are alike, since an etag may be no more than the body's hash. */
export const leaseRecord = z.object({
  holder: z.string(),
  site: z.string(),
  /** Rises with each taking; never falls. */
  epoch: z.number().int().nonnegative(),
  /** Of this taking alone: a holder's name may be used twice. */
  term: z.string(),
  /** Rises with each write of a term. */
  renewal: z.number().int().nonnegative(),
  released: z.boolean(),
  ttlSeconds: z.number().positive(),
});
export type LeaseRecord = z.infer<typeof leaseRecord>;

export interface SeenLease {
  readonly lease: LeaseRecord;
  readonly etag: string;
}

/** The store answered, and no repetition will make the answer another one. */
export class LeaseRefused extends Error {
  override readonly name = 'LeaseRefused';
}

/** Somebody else has held the lease since we did: what we have is older than what is there. No repetition changes that. */
export class LeaseSuperseded extends Error {
  override readonly name = 'LeaseSuperseded';
}

/** Throws on what is no lease: it is somebody's object, and nothing is taken by overwriting it. */
export function parseLease(text: string): LeaseRecord {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    json = undefined;
  }
  const parsed = leaseRecord.safeParse(json);
  if (!parsed.success) throw new LeaseRefused('the object at the lease key is no lease: remove it, or use another key');
  return parsed.data;
}
