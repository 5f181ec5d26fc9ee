import { z } from 'zod';

const endpoint = z
  .url({ protocol: /^https?$/, error: 'a URL such as https://s3.example.com' })
  .refine((text) => !URL.canParse(text) || !/[@?#]/.test(text), { error: 'a URL without user, query or fragment: credentials go into credentials' })
  .transform((text) => text.replace(/\/+$/, ''));

/** A store entry of muster.yaml: AWS when there is no endpoint, else whatever speaks S3 there. */
export const s3Config = z.strictObject({
  type: z.literal('s3'),
  endpoint: endpoint.optional().describe('Where it is reached, such as `https://s3.example.com`. Default: AWS.'),
  bucket: z
    .string()
    .regex(/^[a-z0-9][a-z0-9.-]{0,61}[a-z0-9]$/, { error: 'a bucket name of lower-case letters, digits, dots and hyphens' })
    .describe('The bucket; it must exist.'),
  region: z.string().min(1).default('us-east-1').describe('The region of the bucket.'),
  credentials: z
    .string()
    .regex(/^(env:[A-Za-z_][A-Za-z0-9_]*|profile:\S+)$/, { error: 'a reference such as env:DR_STORE or profile:dr' })
    .optional()
    .describe(
      'A reference, `env:NAME` (holding `<access key id>:<secret access key>`) or `profile:<name>`, never a value. Default: AWS asks its own credential chain, an endpoint is asked anonymously.',
    ),
  /** Whose it is and where it stands, for gaps. */
  vendor: z.string().optional(),
  location: z.string().optional(),
});
export type S3Config = z.infer<typeof s3Config>;
