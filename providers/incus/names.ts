import { hashOf } from '../marks.ts';
import type { ResourceId } from '../spec.ts';

/** Names of the containers of one id but for the number of the replica: host names, so at most 63 characters, and no two ids share one. */
export function baseName(id: ResourceId): string {
  const readable = id.role
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, 24)
    .replaceAll(/^-+|-+$/g, '');
  return ['muster', ...(readable ? [readable] : []), hashOf(id).slice(0, 20)].join('-');
}

export function isNamed(id: ResourceId, name: string): boolean {
  const base = `${baseName(id)}-`;
  return name.startsWith(base) && /^\d+$/.test(name.slice(base.length));
}
