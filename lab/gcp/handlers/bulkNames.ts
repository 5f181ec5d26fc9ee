import { type Json, jsonOf, textOf } from '../json.ts';
import { lastOf } from '../names.ts';
import { refusals } from '../refusal.ts';
import { countOf } from '../rules.ts';

export interface Wanted {
  readonly names: readonly string[];
  /** Fewer are no success. */
  readonly minCount: number;
}

const MOST = 5000;

/**
 * How many, and under which names: numbers go on after the biggest that exists, as the document says of `namePattern`.
 * https://cloud.google.com/compute/docs/instances/multiple/create-in-bulk
 */
export function wantedOf(body: Json, existing: readonly string[]): Wanted {
  const pattern = textOf(body.namePattern);
  const named = Object.keys(jsonOf(body.perInstanceProperties));
  const count = countOf(body, 'count') ?? (named.length > 0 ? named.length : undefined);
  if (count === undefined) throw refusals.required('resource.count');
  if (count < 1 || count > MOST) throw refusals.invalid('resource.count', String(count), `Values must be within the range: [1, ${MOST}]`);
  const minCount = countOf(body, 'minCount') ?? count;
  if (minCount < 1 || minCount > count) throw refusals.invalid('resource.minCount', String(minCount), 'It must be between 1 and count.');
  if ((pattern === undefined) === (named.length === 0)) {
    throw refusals.invalid('resource.namePattern', pattern ?? '', 'Either name_pattern or per_instance_properties must be set.');
  }
  if (pattern === undefined) {
    if (named.length !== count) throw refusals.invalid('resource.count', String(count), 'It must be the number of perInstanceProperties.');
    for (const name of named) checkName(name);
    return { names: named, minCount };
  }
  return { names: numbered(pattern, count, existing), minCount };
}

function numbered(pattern: string, count: number, existing: readonly string[]): string[] {
  const [, head = '', hashes, tail = ''] = /^([^#]*)(#{1,18})([^#]*)$/.exec(pattern) ?? [];
  if (hashes === undefined)
    throw refusals.invalid('resource.namePattern', pattern, 'It must contain one continuous sequence of 1 to 18 placeholder hash characters (#).');
  const biggest = existing
    .map(lastOf)
    .filter((name) => name.startsWith(head) && name.endsWith(tail) && name.length >= head.length + tail.length)
    .map((name) => name.slice(head.length, name.length - tail.length))
    .filter((digits) => /^\d+$/.test(digits))
    .reduce((most, digits) => Math.max(most, Number(digits)), 0);
  if (String(biggest + count).length > hashes.length)
    throw refusals.invalid('resource.namePattern', pattern, `It has too few placeholders for ${count} instances after number ${biggest}.`);
  const names = Array.from({ length: count }, (_, index) => `${head}${String(biggest + index + 1).padStart(hashes.length, '0')}${tail}`);
  for (const name of names) checkName(name);
  return names;
}

function checkName(name: string): void {
  if (!/^[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?$/.test(name)) {
    throw refusals.invalid('resource.namePattern', name, `Must be a match of regex '[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?'`);
  }
}
