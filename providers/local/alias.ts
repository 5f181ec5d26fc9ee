import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { ResourceId } from '../spec.ts';

const alias = z.tuple([z.literal('muster'), z.string(), z.string(), z.string(), z.string(), z.string(), z.number()]);

/** The mark as a network device carries it: a device has room for 255 bytes. */
export function aliasOf(root: string, { owner, role, generation }: ResourceId): string {
  return JSON.stringify(['muster', siteHash(root), owner.installation, owner.run, owner.expires, role, generation]);
}

/** Undefined when it is not the alias of a thing under this root. */
export function idFromAlias(root: string, text: string | undefined): ResourceId | undefined {
  if (!text?.startsWith('["muster"')) return undefined;
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return undefined;
  }
  const { data } = alias.safeParse(json);
  if (data?.[1] !== siteHash(root)) return undefined;
  const [, , installation, run, expires, role, generation] = data;
  return { owner: { installation, run, expires }, role, generation };
}

const siteHash = (root: string): string => createHash('sha256').update(root).digest('hex').slice(0, 12);
