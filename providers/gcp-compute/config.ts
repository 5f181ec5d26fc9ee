import { z } from 'zod';

const reference = z
  .string()
  .regex(/^(adc|env:[A-Za-z_][A-Za-z0-9_]*|impersonate:\S+@\S+)$/, {
    error: 'a reference such as env:DR_GCP_FILE, impersonate:dr@acme.iam.gserviceaccount.com or adc',
  })
  .describe(
    'A reference, never a key: `env:NAME` holds the path of a credentials file of any type that Google knows, `impersonate:EMAIL` is a service account that the default credentials may act as, `adc` are the default credentials themselves.',
  );
const resource = z.string().regex(/^[a-z0-9.:/_-]+$/, { error: 'a name or a path such as projects/acme/regions/europe-west1/subnetworks/dr' });
const tag = z.string().regex(/^[a-z]([a-z0-9-]*[a-z0-9])?$/, { error: 'a network tag such as dr-closed' });
const machineType = z.string().regex(/^[a-z0-9]+-[a-z0-9-]+$/, { error: 'a machine type such as e2-standard-2' });

/** `europe-west1` of `europe-west1-b`. */
export const regionOf = (zone: string): string => zone.replace(/-[a-z]+$/, '');

/** A site of muster.yaml whose machines are Compute Engine instances. Networks, firewalls, images and service accounts are made by the operator. */
export const gcpComputeConfig = z.strictObject({
  provider: z.literal('gcp-compute'),
  project: z
    .string()
    .regex(/^[a-z0-9.:-]+$/)
    .describe('Its id, not its number.'),
  zones: z
    .array(z.string().regex(/^[a-z]+-[a-z]+\d+-[a-z]+$/, { error: 'a zone such as europe-west1-b' }))
    .min(1)
    .refine((zones) => new Set(zones.map(regionOf)).size === 1, { error: 'zones of one region; another region is another site' })
    .refine((zones) => new Set(zones).size === zones.length, { error: 'each zone once' })
    .describe('Where its machines start, of one region: replicas are spread over them, and one without capacity is passed over.'),
  network: resource.optional().describe('The VPC network of its machines. Default: that of `subnetwork`, or `default`.'),
  subnetwork: resource.optional().describe("The subnetwork of its machines, in the zones' region. Needed where the network has no automatic ones."),
  tags: z.array(tag).default([]).describe('Network tags that its machines carry.'),
  fence: tag.optional().describe('A network tag for which a firewall rule of the highest priority denies everything. It makes power `isolated` possible.'),
  machineTypes: z
    .array(z.string().regex(/^[a-z0-9]+$/))
    .min(1)
    .optional()
    .describe('Which families sizes are chosen from, such as `[e2, n2]`. Default: every one without accelerators.'),
  sizes: z.record(z.string(), machineType).default({}).describe('A machine type for `<workload>/<component>`, instead of the nearest that fits.'),
  diskType: z
    .string()
    .regex(/^[a-z0-9-]+$/)
    .optional()
    .describe("Of its boot disks, such as `pd-balanced`. Default: Google's."),
  serviceAccount: z.email().optional().describe('What its machines act as. Default: nothing.'),
  address: z.enum(['private', 'public']).default('private').describe('Which address of its machines is told as their endpoint; `public` gives them one.'),
  endpoint: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('Where the API answers, for labs. Default: Google.'),
  requestsPerSecond: z
    .number()
    .positive()
    .default(20)
    .describe('Most reading calls a second by one worker; of changing calls a quarter. Throttled, it goes slower by itself.'),
  location: z.string().optional(),
  vendor: z.string().optional(),
  images: z
    .record(
      z.string(),
      z.string().regex(/^projects\/[a-z0-9.:-]+\/global\/images\/(family\/)?[a-z0-9-]+$/, {
        error: 'such as projects/acme/global/images/orders-7, or …/images/family/orders',
      }),
    )
    .default({}),
  credentials: z.strictObject({ read: reference, write: reference }).optional(),
});
export type GcpComputeConfig = z.infer<typeof gcpComputeConfig>;
