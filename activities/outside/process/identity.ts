import type { IncomingHttpHeaders } from 'node:http';
import { z } from 'zod';
import type { IdentityRule } from '../../../drills/probing.ts';

const LONGEST_NAME = 100;
const record = z.record(z.string(), z.unknown());

/** The site that an answer names; undefined when it names none. */
export function siteOf(rule: IdentityRule, headers: IncomingHttpHeaders, body: Buffer): string | undefined {
  const value = 'header' in rule ? headers[rule.header.toLowerCase()] : fieldOf(body, rule.json);
  if (typeof value !== 'string') return undefined;
  return value.trim().slice(0, LONGEST_NAME) || undefined;
}

/** `a.b` is field b of field a. */
function fieldOf(body: Buffer, path: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(body.toString());
  } catch {
    return undefined;
  }
  for (const key of path.split('.')) {
    const fields = record.safeParse(value);
    if (!fields.success || !Object.hasOwn(fields.data, key)) return undefined;
    value = fields.data[key];
  }
  return value;
}
