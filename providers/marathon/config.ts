import { z } from 'zod';

const reference = z
  .string()
  .regex(/^(env:[A-Za-z_][A-Za-z0-9_]*|file:\S+)$/, { error: 'a reference such as env:DR_MARATHON' })
  .describe('A reference, never the credentials: what it leads to holds `<user>:<password>`, or `token=<token>` of DC/OS.');
const text = z.string().min(1);

/** A site of muster.yaml whose components are apps of a Marathon. Agents, roles, quotas and users are made by the operator. */
export const marathonConfig = z.strictObject({
  provider: z.literal('marathon'),
  endpoint: z.url({ protocol: /^https?$/ }).describe('Where Marathon answers, such as https://dcos.example/service/marathon.'),
  group: z
    .string()
    .regex(/^(\/[a-z0-9]([a-z0-9.-]*[a-z0-9])?)+$/, { error: 'the path of a group such as /muster' })
    .default('/muster')
    .describe('The group that its apps are put into. Only those who may change this group need be trusted by the drills.'),
  role: text.optional().describe("The Mesos role of its apps. Default: the group's, or that of Marathon."),
  acceptedResourceRoles: z.array(text).min(1).optional().describe('Roles whose resources its apps may use. Default: what Marathon has.'),
  constraints: z
    .array(z.array(text).min(2).max(3))
    .default([])
    .describe('Placement constraints of its apps, as Marathon writes them, such as `[[arch, IS, amd64]]`: Marathon does not know architectures by itself.'),
  user: text.optional().describe('The user that its tasks run as. Default: what Marathon has.'),
  offersWithin: z.number().positive().default(60).describe('Seconds without an offer that fits until there is said to be no room.'),
  requestsPerSecond: z.number().positive().default(20).describe('Most calls a second by one worker. Throttled, it goes slower by itself.'),
  location: z.string().optional(),
  vendor: z.string().optional(),
  images: z.record(z.string(), text).default({}).describe('A container image by alias, or `host` where the agents themselves hold what it needs.'),
  credentials: z.strictObject({ read: reference, write: reference }).optional(),
});
export type MarathonConfig = z.infer<typeof marathonConfig>;
