import { createHash } from 'node:crypto';
import type { MarkFilter, ResourceId } from './spec.ts';

/** The expiry is no part of what a thing is. */
export function isSame(a: ResourceId, b: ResourceId): boolean {
  return hashOf(a) === hashOf(b);
}

/** 32 hex digits of all that an id is: one value to look for, whatever characters are in it. */
export function hashOf({ owner, role, generation }: ResourceId): string {
  return createHash('sha256')
    .update(JSON.stringify([owner.installation, owner.run, role, generation]))
    .digest('hex')
    .slice(0, 32);
}

export function matches(filter: MarkFilter, { owner }: ResourceId): boolean {
  return owner.installation === filter.installation && (filter.run === undefined || owner.run === filter.run);
}

/** Under which names a site keeps a mark; `id` where it can be asked for one value only. */
export interface MarkKeys {
  readonly installation: string;
  readonly run: string;
  readonly role: string;
  readonly generation: string;
  readonly expires: string;
  readonly digest: string;
  readonly id?: string;
}

/** A mark as texts by name, in this order. */
export function markText(keys: MarkKeys, id: ResourceId, digest: string): Record<string, string> {
  const { owner, role, generation } = id;
  return {
    [keys.installation]: owner.installation,
    [keys.run]: owner.run,
    [keys.role]: role,
    [keys.generation]: String(generation),
    [keys.expires]: owner.expires,
    [keys.digest]: digest,
    ...(keys.id !== undefined && { [keys.id]: hashOf(id) }),
  };
}

/** What `markText` wrote; undefined when it is no whole mark of ours. */
export function markOf(keys: MarkKeys, read: (key: string) => string | undefined): { readonly id: ResourceId; readonly digest: string } | undefined {
  const [installation, run, role, expires] = [keys.installation, keys.run, keys.role, keys.expires].map(read);
  const generation = wholeNumber(read(keys.generation));
  if (!installation || !run || role === undefined || !expires || generation === undefined) return undefined;
  return { id: { owner: { installation, run, expires }, role, generation }, digest: read(keys.digest) ?? '' };
}

/** Undefined for what is none. */
export function wholeNumber(text: string | undefined): number | undefined {
  const number = Number(text || Number.NaN);
  return Number.isInteger(number) ? number : undefined;
}

/** Ports as one line that a tag can hold. */
export function portsText(ports: Readonly<Record<string, number>>): string {
  return Object.entries(ports)
    .map(([name, port]) => `${name}=${port}`)
    .join(' ');
}

/** What `portsText` wrote; what is none of it is passed over. */
export function portsOf(text = ''): Record<string, number> {
  const pairs = text.split(' ').flatMap((pair) => {
    const [, name, port] = /^([^=]+)=(\d+)$/.exec(pair) ?? [];
    return name && port ? [[name, Number(port)] as const] : [];
  });
  return Object.fromEntries(pairs);
}
