import { z } from 'zod';

const reference = z
  .string()
  .regex(/^(env:[A-Za-z_][A-Za-z0-9_]*|file:\/.+)$/, { error: 'a reference such as env:DR_INCUS or file:/etc/muster/incus.pem' })
  .describe('A reference to a client certificate and its key, both in PEM, one after the other.');
const name = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, { error: 'a name such as default' });

/** A site of muster.yaml whose machines are system containers of Incus. Networks, pools, profiles, projects and images are made by the operator. */
export const incusConfig = z.strictObject({
  provider: z.literal('incus'),
  socket: z
    .string()
    .regex(/^\//, { error: 'a path from the root on' })
    .default('/var/lib/incus/unix.socket')
    .describe("The daemon's socket, where Incus runs on the worker's own machine. Not used where `url` is given."),
  url: z
    .url({ protocol: /^https$/ })
    .optional()
    .describe('Where the API answers, such as https://rack-1:8443.'),
  ca: z
    .string()
    .regex(/^\//, { error: 'a path from the root on' })
    .optional()
    .describe("A file with the server's own certificate, or with who signed it. Default: the authorities that Node trusts."),
  project: name.default('default').describe('The project of Incus that its containers are in.'),
  profiles: z.array(name).min(1).default(['default']).describe('Of its containers: they say where the root disk lies and which network there is.'),
  sizes: z.record(z.string(), name).default({}).describe('A profile for `<workload>/<component>`, applied last, instead of limits of CPU and memory.'),
  location: z.string().optional(),
  vendor: z.string().optional(),
  images: z.record(z.string(), z.string().min(1)).default({}).describe('An alias or a fingerprint of an image that this Incus holds.'),
  credentials: z.strictObject({ read: reference, write: reference }).optional(),
});
export type IncusConfig = z.infer<typeof incusConfig>;
