import type { z } from 'zod';

/** What providers say of their own keys in muster.yaml, by the word that chooses them. */
export interface Schemas {
  /** By `provider`. */
  readonly sites: Readonly<Record<string, z.ZodType>>;
  /** By `driver`. */
  readonly routes: Readonly<Record<string, z.ZodType>>;
  /** By `type`. */
  readonly stores: Readonly<Record<string, z.ZodType>>;
}
