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
