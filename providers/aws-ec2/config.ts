import { z } from 'zod';

const reference = z
  .string()
  .regex(/^(env:[A-Za-z_][A-Za-z0-9_]*|profile:\S+)$/, { error: 'a reference such as profile:dr-drill or env:DR_AWS' })
  .describe('A reference, never the keys: `profile:NAME` is in the AWS files, `env:NAME` holds `<access key id>:<secret access key>[:<session token>]`.');
const id = (prefix: string) => z.string().regex(new RegExp(`^${prefix}-[0-9a-f]+$`), { error: `an id such as ${prefix}-0123456789abcdef0` });
const instanceType = z.string().regex(/^[a-z0-9-]+\.[a-z0-9-]+$/, { error: 'an instance type such as m7i.large' });

/** A site of muster.yaml whose machines are EC2 instances. Networks, groups, keys, images and roles are made by the operator. */
export const awsEc2Config = z.strictObject({
  provider: z.literal('aws-ec2'),
  region: z.string().min(1).describe('Such as eu-west-1.'),
  subnets: z
    .array(id('subnet'))
    .min(1)
    .describe('Where its machines start, at best one in each of several zones: replicas are spread over them, and one without capacity is passed over.'),
  securityGroups: z.array(id('sg')).optional().describe("What its machines may be reached by. Default: the VPC's default group."),
  fence: id('sg').optional().describe('A security group without any rule. It makes power `isolated` possible.'),
  keyName: z.string().min(1).optional().describe('A key pair for its machines. Default: none.'),
  instanceProfile: z.string().min(1).optional().describe('Name of an instance profile for its machines. Default: none.'),
  families: z
    .array(z.string().regex(/^[a-z0-9-]+$/))
    .min(1)
    .optional()
    .describe('Which families sizes are chosen from, such as `[t3, m7i]`. Default: every current one.'),
  sizes: z.record(z.string(), instanceType).default({}).describe('An instance type for `<workload>/<component>`, instead of the nearest that fits.'),
  address: z.enum(['private', 'public']).default('private').describe('Which address of its machines is told as their endpoint.'),
  endpoint: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('Where the API answers, for labs. Default: AWS.'),
  requestsPerSecond: z
    .number()
    .positive()
    .default(20)
    .describe('Most reading calls a second by one worker; of changing calls a quarter. Throttled, it goes slower by itself.'),
  location: z.string().optional(),
  vendor: z.string().optional(),
  images: z.record(z.string(), id('ami')).default({}),
  credentials: z.strictObject({ read: reference, write: reference }).optional(),
});
export type AwsEc2Config = z.infer<typeof awsEc2Config>;
