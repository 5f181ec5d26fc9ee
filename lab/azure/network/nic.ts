import { z } from 'zod';
import type { Thing } from '../things.ts';

const link = z.looseObject({ id: z.string().optional() });

/** What the lab reads of an interface's request; its description has checked the rest. */
export const nicBody = z.looseObject({
  location: z.string().optional(),
  tags: z.record(z.string(), z.string()).optional(),
  properties: z
    .looseObject({
      networkSecurityGroup: link.optional(),
      enableAcceleratedNetworking: z.boolean().optional(),
      enableIPForwarding: z.boolean().optional(),
      ipConfigurations: z
        .array(
          z.looseObject({
            name: z.string().optional(),
            properties: z
              .looseObject({
                subnet: link.optional(),
                publicIPAddress: z
                  .looseObject({ id: z.string().optional(), properties: z.looseObject({ deleteOption: z.string().optional() }).optional() })
                  .optional(),
                privateIPAddress: z.string().optional(),
                privateIPAllocationMethod: z.string().optional(),
                primary: z.boolean().optional(),
              })
              .optional(),
          }),
        )
        .optional(),
    })
    .optional(),
});

export interface IpConfiguration {
  readonly name: string;
  readonly subnet: string;
  readonly method: string;
  readonly address: string;
  readonly primary: boolean;
  readonly publicIp?: string;
  readonly publicIpDeleteOption?: string;
}

export interface Nic extends Thing {
  ipConfigurations: readonly IpConfiguration[];
  securityGroup?: string;
  readonly acceleratedNetworking: boolean;
  readonly ipForwarding: boolean;
  readonly mac: string;
  readonly guid: string;
  /** The machine that it belongs to. */
  vm?: string;
  /** A machine that was refused has it until then. */
  reserved?: { readonly vm: string; readonly until: number };
}
