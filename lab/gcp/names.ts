import { createHash, randomInt } from 'node:crypto';
import { refusals } from './refusal.ts';

const ROOT = 'https://www.googleapis.com/compute/v1/';

/** `projects/p/zones/z/instances/i` as the link that answers carry. */
export function linkOf(name: string): string {
  return `${ROOT}${name}`;
}

/** Where a partial address begins. */
export interface Place {
  readonly project: string;
  readonly zone?: string;
  readonly region?: string;
}

/**
 * The full name behind a full or partial address, as Google takes them: with the host, from `projects/`, or from `zones/`, `regions/`
 * and `global/`. Anything else is refused.
 */
export function nameFrom(address: string, collection: string, { project }: Place, field: string): string {
  const path = address.replace(/^https:\/\/(?:www|compute|content)\.googleapis\.com\/(?:compute\/[a-z0-9]+\/)?/, '');
  const name = path.startsWith('projects/') ? path : `projects/${project}/${path}`;
  const known = new RegExp(`^projects/[^/]+/(?:global|zones/[^/]+|regions/[^/]+)/${collection}(?:/family)?/[^/]+$`);
  if (!known.test(name)) throw refusals.invalid(field, address, 'The URL is malformed.');
  return name;
}

export function lastOf(name: string): string {
  return name.split('/').at(-1) ?? '';
}

/** 64 bits as text: beyond what a JavaScript number holds exactly, as Google's are. */
export function newId(): string {
  return String((BigInt(randomInt(2 ** 30, 2 ** 31)) << 32n) | BigInt(randomInt(2 ** 31)));
}

/** Google's: eight bytes, base64url with padding. It says nothing but whether two contents are the same. */
export function fingerprintOf(content: unknown): string {
  return `${createHash('sha256').update(JSON.stringify(content)).digest().subarray(0, 8).toString('base64url')}=`;
}

/** RFC 3339 with an offset, as Compute Engine writes instants. */
export function stamp(at: number): string {
  return new Date(at).toISOString().replace('Z', '+00:00');
}
