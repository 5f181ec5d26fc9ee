import type { ErrorCode, Kind, PowerState, ResourceId, Statuses } from '../spec.ts';

/** Something that stands at the site. */
export interface Thing<K extends Kind = Kind> {
  /** Absent on what the operator put there. */
  readonly mark?: ResourceId;
  readonly nativeId: string;
  readonly digest: string;
  readonly outcome: Outcome<K>;
  /** Milliseconds since 1970, like every instant here. */
  readonly readyAt: number;
  readonly power: Powered;
  readonly goneAt?: number;
}

/** What it comes to at `readyAt`, and stays. */
export type Outcome<K extends Kind> =
  | { readonly phase: 'ready'; readonly status: Statuses[K] }
  | { readonly phase: 'failed'; readonly code: ErrorCode; readonly detail: string };

export interface Powered {
  readonly to: Exclude<PowerState['power'], 'changing' | 'absent'>;
  /** The change is going on until then. */
  readonly at: number;
  readonly version: number;
  /** Data set to the sha256 of what lies there; what is not named lies there as first written. */
  readonly data: Readonly<Record<string, string>>;
  /** What restores replaced, oldest first. */
  readonly kept: readonly Readonly<Record<string, string>>[];
}

/** The name that the site gives to what carries this mark. The expiry is no part of it. */
export function nameOf({ owner, role, generation }: ResourceId): string {
  return JSON.stringify([owner.installation, owner.run, role, generation]);
}
