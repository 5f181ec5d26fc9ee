import type { Endpoint, Kind, ResourceId } from '../../../providers/spec.ts';

/** A marker as a data set holds it. */
export interface Kept {
  readonly id: string;
  readonly hash: string;
}

export interface Copy {
  /** `<store>:<key>` under which its recovery points lie: two things with the same one are two writers of one data set. */
  readonly recovery: string;
  readonly lease?: { readonly key: string; readonly ttlSeconds: number };
  markers: Kept[];
  /** How many markers the newest recovery point of this copy holds. */
  backedUp: number;
}

/** What stands at a fake site. Without `id` it is somebody else's, and unmarked. */
export interface Thing {
  readonly kind: Kind;
  readonly id?: ResourceId;
  readonly nativeId: string;
  /** The spec it was made from, as text: another one under the same id is a conflict. */
  readonly made: string;
  readonly endpoint: Endpoint;
  readonly port: string;
  /** Where the component that it needs answers. */
  readonly needs?: string;
  readonly data: Readonly<Record<string, Copy>>;
  power: 'running' | 'stopped' | 'isolated';
  version: number;
  /** Stays as it is whatever power is written. */
  stubborn: boolean;
  /** Runs and answers nobody. */
  ill: boolean;
}

export const nameOf = ({ owner: { installation, run }, role, generation }: ResourceId): string => `${installation}/${run}/${role}/${generation}`;
export const addressOf = ({ host, port }: Endpoint): string => `${host}:${port}`;
