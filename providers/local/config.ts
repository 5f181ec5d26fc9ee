import { z } from 'zod';

const BYTES: Readonly<Record<string, number>> = { Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40 };

/** `512Mi`, `4Gi`, or a number of bytes. Gives bytes. */
const memory = z.union([
  z.number().int().positive(),
  z
    .string()
    .regex(/^\d+(Ki|Mi|Gi|Ti)$/, { error: 'a size such as 512Mi or 4Gi' })
    .transform((text) => Number.parseInt(text, 10) * (BYTES[text.slice(-2)] ?? 1)),
]);

/** A site of muster.yaml whose machines are processes of this one. */
export const localConfig = z.strictObject({
  provider: z.literal('local'),
  root: z.string().min(1).optional().describe("Directory that holds everything of this site. Default: one in the worker's state folder."),
  address: z
    .string()
    .min(1)
    .optional()
    .describe("Where its processes listen. Default: with `network` that namespace's own address, else this machine's loopback."),
  isolation: z.enum(['none', 'namespace']).default('none').describe('`namespace`: a drill may fence its copy into a network namespace of its own. Needs root.'),
  network: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9_.-]*$/, { error: 'the name of a network namespace, as `ip netns list` shows it' })
    .optional()
    .describe("A network namespace, made by the operator, that the site's processes run in; it makes power `isolated` possible. Needs root."),
  cpu: z.number().positive().optional().describe('CPUs that the site offers. Default: what this machine has.'),
  memory: memory.optional().describe('Memory that the site offers, such as `4Gi`. Default: what this machine has.'),
  location: z.string().optional(),
  vendor: z.string().optional(),
  images: z.record(z.string(), z.string()).default({}),
  credentials: z.strictObject({ read: z.string(), write: z.string() }).optional(),
});
export type LocalConfig = z.infer<typeof localConfig>;
