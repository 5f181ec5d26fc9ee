import { z } from 'zod';
import type { Thing } from '../things.ts';

export const publicIpBody = z.looseObject({
  location: z.string().optional(),
  tags: z.record(z.string(), z.string()).optional(),
  zones: z.array(z.string()).optional(),
  sku: z.looseObject({ name: z.string().optional(), tier: z.string().optional() }).optional(),
  properties: z
    .looseObject({
      publicIPAllocationMethod: z.string().optional(),
      publicIPAddressVersion: z.string().optional(),
      idleTimeoutInMinutes: z.number().optional(),
    })
    .optional(),
});

export interface PublicIp extends Thing {
  readonly sku: { readonly name: string; readonly tier: string };
  readonly method: string;
  readonly version: string;
  readonly idleTimeoutInMinutes: number;
  readonly address: string;
  readonly guid: string;
  /** The address configuration of an interface that has it. */
  usedBy?: string;
}
