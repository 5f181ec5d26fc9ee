import { createHash } from 'node:crypto';

/** Hex digits of an id that a changed or invented entry will not carry by chance. */
const HASH_DIGITS = 16;

/** What is written at the workload, in its declared test tenant. */
export interface Marker {
  readonly id: string;
  readonly tenant: string;
  readonly hash: string;
  readonly at: string;
}

export function markerId(run: string, seq: number): string {
  return `${run}-${seq}`;
}

export function markerHash(id: string): string {
  return createHash('sha256').update(id).digest('hex').slice(0, HASH_DIGITS);
}

/** Short name of a run, the same on every machine. */
export function runOf(runFolder: string): string {
  return createHash('sha256').update(runFolder).digest('hex').slice(0, 12);
}
