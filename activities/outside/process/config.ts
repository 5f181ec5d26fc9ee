import { readFileSync } from 'node:fs';
import { z } from 'zod';

const request = z.object({ method: z.string(), url: z.url({ protocol: /^https?$/ }) });
const identity = z.union([z.object({ header: z.string().min(1) }), z.object({ json: z.string().min(1) })]);
const pace = { identity: identity.exactOptional(), everySeconds: z.number().positive(), timeoutSeconds: z.number().positive() };

export const probeSpec = z.object({
  name: z.string().min(1),
  ask: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('http'), ...request.shape }),
    z.object({ kind: z.literal('tcp'), host: z.string().min(1), port: z.number().int().min(1).max(65_535) }),
    z.object({ kind: z.literal('command'), run: z.array(z.string()).min(1) }),
  ]),
  ...pace,
});

export const canarySpec = z.object({ append: request, list: request, tenant: z.string(), ...pace });

/** What every process of the outside is told. */
const hosting = {
  /** Where its lines go. */
  lines: z.string(),
  /** Names the one process that may write them. */
  pid: z.string(),
  /** Touched by whoever still wants it. */
  keepAlive: z.string(),
  deadManSeconds: z.number().positive(),
  /** Number of its first question. */
  first: z.number().int(),
};

export const proberConfig = z.object({ ...hosting, spec: probeSpec });
export const canaryConfig = z.object({ ...hosting, spec: canarySpec, run: z.string() });
export type Hosting = Pick<z.infer<typeof proberConfig>, keyof typeof hosting>;

export function readConfig<T>(schema: z.ZodType<T>): T {
  const path = process.argv[2];
  if (!path) throw new Error('give the path of a configuration file');
  return schema.parse(JSON.parse(readFileSync(path, 'utf8')));
}
