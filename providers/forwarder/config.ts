import { z } from 'zod';

const httpUrl = z.url({ protocol: /^https?$/, error: 'a URL such as http://127.0.0.1:7400' }).transform((text) => text.replace(/\/+$/, ''));

/** A route entry of muster.yaml whose driver is the lab's forwarder. */
export const forwarderConfig = z.strictObject({
  driver: z.literal('forwarder'),
  admin: httpUrl.describe('Where the forwarder is switched. Whoever reaches it may switch.'),
  url: httpUrl.describe('What clients use.'),
  ttl: z.number().nonnegative().default(0).describe('Seconds; the forwarder switches at once, so 0 is the truth.'),
  name: z.string().min(1).optional().describe("What the forwarder calls it. Default: the route's own name."),
});
export type ForwarderConfig = z.infer<typeof forwarderConfig>;
