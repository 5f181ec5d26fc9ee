import { z } from 'zod';
import type { Thing } from '../things.ts';

export const diskBody = z.looseObject({
  location: z.string().optional(),
  tags: z.record(z.string(), z.string()).optional(),
  zones: z.array(z.string()).optional(),
  sku: z.looseObject({ name: z.string().optional() }).optional(),
  properties: z.looseObject({ diskSizeGB: z.number().optional(), creationData: z.looseObject({ createOption: z.string() }).optional() }).optional(),
});

export interface Disk extends Thing {
  sku: string;
  sizeGiB: number;
  readonly osType?: 'Linux' | 'Windows';
  readonly createOption: string;
  /** The image that it was made from. */
  readonly image?: string;
  readonly uniqueId: string;
  /** The machine that has it. */
  vm?: string;
}
