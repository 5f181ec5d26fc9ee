import { z } from 'zod';

const NAME = /^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$/;
const ENV_NAME = /^[A-Za-z_][A-Za-z0-9_]{0,127}$/;

const aName = { error: ({ input }: { input?: unknown }) => `a name of lower-case letters, digits and inner hyphens, at most 40${meant(input)}` };

/** Names that end up in ids, files and labels of every provider. */
export const name = z.string().regex(NAME, aName).meta({ id: 'name', description: 'Lower-case letters, digits and inner hyphens, at most 40.' });

/** Keys of a mapping that are names. */
export const named = <V extends z.ZodType>(value: V) => z.record(name, value);

export const envName = z
  .string()
  .regex(ENV_NAME, { error: 'the name of an environment variable: letters, digits and _, not a digit first' })
  .meta({ id: 'variable', description: 'The name of an environment variable: letters, digits and `_`, not a digit first.' });

/** Text that says something. */
export const words = z.string().trim().min(1);

/** A program and its arguments; a string is a program without arguments. Never a shell line. */
export const program = z
  .union([
    z.string().regex(/^\S+$/, { error: 'a program without arguments; with arguments write a list such as [./mask.sh, --all]' }),
    z.array(z.string()).min(1),
  ])
  .meta({ id: 'program', description: 'A program, or a list of a program and its arguments, such as `[./dr/mask.sh, --all]`. Never a shell line.' });

export const MODES = ['rehearse', 'isolated', 'planned', 'unplanned'] as const;
export type Mode = (typeof MODES)[number];
/** Modes that take the service away from its clients. */
export const LIVE: readonly Mode[] = ['planned', 'unplanned'];

/** `Orders_DB` was meant to be `orders-db`. */
function meant(input: unknown): string {
  if (typeof input !== 'string' || input.length > 80) return '';
  const guess = input
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '');
  return NAME.test(guess) ? `; did you mean ${JSON.stringify(guess)}?` : '';
}
