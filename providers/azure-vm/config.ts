import { z } from 'zod';
import { IMAGE_FORMS, imageOf } from './imageReference.ts';

const reference = z
  .string()
  .regex(/^(env:[A-Za-z_][A-Za-z0-9_]*|identity:[0-9a-fA-F-]{36})$/, { error: 'a reference such as env:DR_AZURE or identity:<client id>' })
  .describe(
    'A reference, never the secret: `env:NAME` holds `<tenant>:<client id>:<secret>`, `identity:CLIENT_ID` is a managed identity assigned to the worker. Without: what `DefaultAzureCredential` finds.',
  );
function armId(namespace: string, ...types: readonly string[]) {
  const form = (group: string, names: string) =>
    `/subscriptions/${names}/resourceGroups/${group}/providers/${namespace}/${types.map((type) => `${type}/${names}`).join('/')}`;
  return z.string().regex(new RegExp(`^${form('[^/]+', '[^/]+')}$`, 'i'), { error: `a resource id such as ${form('…', '…')}` });
}

/** A site of muster.yaml whose machines are Azure virtual machines. Groups, networks, images, identities and roles are made by the operator. */
export const azureVmConfig = z
  .strictObject({
    provider: z.literal('azure-vm'),
    subscription: z.uuid().describe('Id of the subscription.'),
    resourceGroup: z
      .string()
      .regex(/^[-\w.()]{0,89}[-\w()]$/, { error: 'a name of a resource group' })
      .describe('Where its machines are made and looked for. The operator makes it; other things may stand in it.'),
    region: z
      .string()
      .regex(/^[a-z0-9]+$/, { error: 'a region such as westeurope' })
      .describe('Such as westeurope.'),
    zones: z
      .array(z.string().regex(/^\d$/))
      .min(1)
      .optional()
      .describe('Availability zones, such as `["1", "2", "3"]`: replicas are spread over them, and one without room is passed over. Default: Azure chooses.'),
    subnet: armId('Microsoft.Network', 'virtualNetworks', 'subnets').describe('Where its machines start.'),
    securityGroup: armId('Microsoft.Network', 'networkSecurityGroups')
      .optional()
      .describe("A network security group for its machines, beside the subnet's. Default: none."),
    fence: armId('Microsoft.Network', 'networkSecurityGroups')
      .optional()
      .describe('A network security group that denies all, in and out. It makes power `isolated` possible.'),
    publicAddress: z.boolean().default(false).describe('Whether each machine gets a public address of its own.'),
    families: z
      .array(z.string().regex(/^\w+$/))
      .min(1)
      .optional()
      .describe('Which families sizes are chosen from, such as `[standardDSv5Family, standardBsv2Family]`. Default: every one that is offered.'),
    sizes: z
      .record(z.string(), z.string().regex(/^\w+$/, { error: 'a size such as Standard_D2s_v5' }))
      .default({})
      .describe('A size for `<workload>/<component>`, instead of the nearest that fits.'),
    adminUser: z
      .string()
      .regex(/^[a-z_][a-z0-9_-]{0,31}$/, { error: 'a Linux user name' })
      .default('muster')
      .describe('The administrator that Azure makes on each machine.'),
    sshKey: z
      .string()
      .regex(/^ssh-(rsa|ed25519) [A-Za-z0-9+/=]+/, { error: 'a public key such as `ssh-rsa AAAA…`' })
      .describe('Public key of the administrator: Azure makes no machine without one. Who holds the private key can log in where the network lets them.'),
    identity: armId('Microsoft.ManagedIdentity', 'userAssignedIdentities').optional().describe('A managed identity for its machines. Default: none.'),
    address: z.enum(['private', 'public']).default('private').describe('Which address of its machines is told as their endpoint.'),
    endpoint: z
      .url({ protocol: /^https$/ })
      .optional()
      .describe('Where the API answers, for other Azure clouds and labs. Default: https://management.azure.com.'),
    audience: z.url().optional().describe('What tokens are asked for, in other Azure clouds. Default: https://management.azure.com.'),
    ca: z.string().min(1).optional().describe('A file with the certificates to trust, instead of the usual ones, for a private endpoint.'),
    requestsPerSecond: z
      .number()
      .positive()
      .default(10)
      .describe('Most reading calls a second by one worker; of changing calls half. Throttled, it goes slower by itself.'),
    location: z.string().optional(),
    vendor: z.string().optional(),
    images: z
      .record(
        z.string(),
        z.string().refine((ref) => imageOf(ref) !== undefined, { error: IMAGE_FORMS }),
      )
      .default({}),
    credentials: z.strictObject({ read: reference, write: reference }).optional(),
  })
  .refine(({ address, publicAddress }) => address === 'private' || publicAddress, {
    error: 'address public needs publicAddress: true',
    path: ['address'],
  });
export type AzureVmConfig = z.infer<typeof azureVmConfig>;
