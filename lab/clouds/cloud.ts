import { z } from 'zod';

export const CLOUDS = ['aws', 'gcp', 'azure'] as const;
export type CloudName = (typeof CLOUDS)[number];

/** What a cloud of the lab says when it is ready. */
export const openCloud = z.object({
  /** An entry under `sites` of muster.yaml. */
  site: z.record(z.string(), z.unknown()),
  /** For whoever calls it: where its credentials are found. */
  environment: z.record(z.string(), z.string()),
  /** Faults, calls and inventory (`lab/admin.ts`). */
  admin: z.string(),
});
export type OpenCloud = z.infer<typeof openCloud>;

export interface StartedCloud extends OpenCloud {
  stop(): Promise<void>;
}
