import { z } from 'zod';

/** Names that end up in ids, files and labels of every provider. */
export const name = z.string().regex(/^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$/, { error: 'a name of lower-case letters, digits and inner hyphens, at most 40' });

/** Keys of a mapping that are names. */
export const named = <V extends z.ZodType>(value: V) => z.record(name, value);

export const MODES = ['rehearse', 'isolated', 'planned', 'unplanned'] as const;
export type Mode = (typeof MODES)[number];
/** Modes that take the service away from its clients. */
export const LIVE: readonly Mode[] = ['planned', 'unplanned'];
