import { parseArgs } from 'node:util';
import { z } from 'zod';
import { LIVE_CLOUDS } from './clouds.ts';

function within(name: string, least: number, most: number) {
  return z.coerce.number().refine((value) => value >= least && value <= most, { error: `${name} takes a number from ${least} to ${most}` });
}

/** What one live run may do, and nothing beyond. */
export const asked = z.object({
  cloud: z.enum(LIVE_CLOUDS, { error: `the first word is one of ${LIVE_CLOUDS.join(', ')}` }),
  site: z.string({ error: 'name a file with one site of muster.yaml: --site FILE' }).min(1),
  only: z.string().optional(),
  /** The suite has ten at once in one of its tests. */
  instances: within('--instances', 1, 50).default(12),
  minutes: within('--minutes', 0, 240).default(90),
  yes: z.boolean().default(false),
});
export type Asked = z.infer<typeof asked>;

export const USAGE = `usage: npm run test:live -- ${LIVE_CLOUDS.join('|')} --site FILE [--only NAME] [--instances 12] [--minutes 90] [--yes-spend-money]`;

/** Throws RangeError with what is wrong. */
export function readArguments(args: readonly string[]): Asked {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      site: { type: 'string' },
      only: { type: 'string' },
      instances: { type: 'string' },
      minutes: { type: 'string' },
      'yes-spend-money': { type: 'boolean' },
    },
  });
  const [cloud, ...others] = positionals;
  if (others.length > 0) throw new RangeError(`one cloud at a time: ${others.join(' ')} is too much`);
  const parsed = asked.safeParse({ ...values, cloud, yes: values['yes-spend-money'] });
  if (!parsed.success) throw new RangeError(parsed.error.issues.map(({ message }) => message).join('; '));
  return parsed.data;
}
