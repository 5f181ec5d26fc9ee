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
  /** Directory that holds everything of this site. */
  root: z.string().min(1).optional(),
  /** Where its processes listen. With `network` it is that namespace's own address unless given. */
  address: z.string().min(1).optional(),
  /** `namespace` = a drill may fence its copy into a network namespace of its own. Needs root. */
  isolation: z.enum(['none', 'namespace']).default('none'),
  /** A network namespace, made by the operator, that the site's processes run in; it makes power `isolated` possible. Needs root. */
  network: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9_.-]*$/, { error: 'the name of a network namespace, as `ip netns list` shows it' })
    .optional(),
  /** What the site offers; by default what this machine has. */
  cpu: z.number().positive().optional(),
  memory: memory.optional(),
  location: z.string().optional(),
  vendor: z.string().optional(),
  images: z.record(z.string(), z.string()).default({}),
  credentials: z.strictObject({ read: z.string(), write: z.string() }).optional(),
});
export type LocalConfig = z.infer<typeof localConfig>;
