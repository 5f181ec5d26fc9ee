import { z } from 'zod';

const endpoint = z
  .url({ protocol: /^https?$/, error: 'a URL such as https://s3.example.com' })
  .refine((text) => !URL.canParse(text) || !/[@?#]/.test(text), { error: 'a URL without user, query or fragment: credentials go into credentials' })
  .transform((text) => text.replace(/\/+$/, ''));

/** A store entry of muster.yaml: AWS when there is no endpoint, else whatever speaks S3 there. */
export const s3Config = z.strictObject({
  type: z.literal('s3'),
  endpoint: endpoint.optional().describe('Where a store that is not AWS answers. It must honour If-Match and If-None-Match on writes.'),
  bucket: z
    .string()
    .regex(/^[a-z0-9][a-z0-9.-]{0,61}[a-z0-9]$/, { error: 'a bucket name of lower-case letters, digits, dots and hyphens' })
    .describe('Made by the operator.'),
  region: z.string().min(1).default('us-east-1').describe('Region of the bucket.'),
  credentials: z
    .string()
    .regex(/^(env:[A-Za-z_][A-Za-z0-9_]*|profile:\S+)$/, { error: 'a reference such as env:DR_STORE or profile:dr' })
    .optional()
    .describe(
      'A reference, never the keys: `env:NAME` holds `<access key id>:<secret access key>`, `profile:NAME` is in the AWS files. Default: of AWS what its own chain finds; an endpoint is asked anonymously.',
    ),
  vendor: z.string().optional(),
  location: z.string().optional(),
});
export type S3Config = z.infer<typeof s3Config>;
