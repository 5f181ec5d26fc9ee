import { z } from 'zod';
import type { Thing } from '../things.ts';

const managedDisk = z.looseObject({ id: z.string().optional(), storageAccountType: z.string().optional() });
const disk = z.looseObject({
  name: z.string().optional(),
  createOption: z.string(),
  deleteOption: z.string().optional(),
  diskSizeGB: z.number().optional(),
  managedDisk: managedDisk.optional(),
});

/** What the lab reads of a machine's properties; their description has checked the rest. */
export const vmProperties = z.looseObject({
  hardwareProfile: z.looseObject({ vmSize: z.string().optional() }).optional(),
  storageProfile: z
    .looseObject({
      imageReference: z.looseObject({ id: z.string().optional(), offer: z.string().optional() }).optional(),
      osDisk: disk.optional(),
      dataDisks: z.array(disk.extend({ lun: z.number() })).optional(),
    })
    .optional(),
  osProfile: z
    .looseObject({
      computerName: z.string().optional(),
      adminUsername: z.string().optional(),
      adminPassword: z.string().optional(),
      customData: z.string().optional(),
      linuxConfiguration: z
        .looseObject({
          disablePasswordAuthentication: z.boolean().optional(),
          ssh: z.looseObject({ publicKeys: z.array(z.looseObject({ path: z.string().optional(), keyData: z.string().optional() })).optional() }).optional(),
        })
        .optional(),
    })
    .optional(),
  networkProfile: z
    .looseObject({
      networkInterfaces: z
        .array(
          z.looseObject({
            id: z.string().optional(),
            properties: z.looseObject({ primary: z.boolean().optional(), deleteOption: z.string().optional() }).optional(),
          }),
        )
        .optional(),
      networkApiVersion: z.string().optional(),
      networkInterfaceConfigurations: z.array(z.unknown()).optional(),
    })
    .optional(),
  userData: z.string().optional(),
  priority: z.string().optional(),
});
export type VmProperties = z.infer<typeof vmProperties>;

export const vmBody = z.looseObject({
  location: z.string().optional(),
  tags: z.record(z.string(), z.string()).optional(),
  zones: z.array(z.string()).optional(),
  identity: z.looseObject({ type: z.string().optional(), userAssignedIdentities: z.record(z.string(), z.unknown()).optional() }).optional(),
  properties: vmProperties.optional(),
});

export type Power = 'starting' | 'running' | 'stopping' | 'stopped' | 'deallocating' | 'deallocated';

export interface Vm extends Thing {
  properties: VmProperties;
  size: string;
  identity?: NonNullable<z.infer<typeof vmBody>['identity']>;
  readonly vmId: string;
  /** The system's disk, once it is there. */
  osDisk?: string;
  dataDisks: readonly string[];
  nics: readonly string[];
  /** None before it was ever placed somewhere. */
  power?: Power;
  /** The machine host has it. */
  booted: boolean;
  /** Why its last operation failed. */
  failure?: { readonly code: string; readonly message: string };
}
