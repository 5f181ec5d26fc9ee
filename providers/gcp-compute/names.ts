import { createHash } from 'node:crypto';
import { hashOf } from '../marks.ts';
import type { ResourceId } from '../spec.ts';

/** What all names of a batch begin with. */
export function batchOf(id: ResourceId): string {
  return `mu-${hashOf(id)}`;
}

/** Of one replica: known before it is made, and nothing else's. RFC 1035, 63 characters at most. */
export function nameOf(id: ResourceId, replica: number): string {
  return `${batchOf(id)}-${replica}`;
}

/** Which replicas start in each zone: as even as can be, the first ones more. */
export function sharesOf(id: ResourceId, replicas: number, zones: number): string[][] {
  const used = Math.min(replicas, zones);
  let next = 0;
  return Array.from({ length: used }, (_, index) => {
    const count = Math.floor(replicas / used) + (index < replicas % used ? 1 : 0);
    return Array.from({ length: count }, () => nameOf(id, next++));
  });
}

/**
 * Of the request that starts a share in the zone that is `step` further than its own: sent again it is the same request, and its operation is
 * found by it. A valid UUID that is not zero, as Compute Engine wants it.
 */
export function requestIdOf(token: string, share: number, step: number): string {
  const hex = createHash('sha256')
    .update(JSON.stringify([token, share, step]))
    .digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), `5${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join('-');
}
