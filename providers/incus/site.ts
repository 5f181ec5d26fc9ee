import type { Catalogue } from './catalogue.ts';
import type { Incus } from './client.ts';
import type { IncusConfig } from './config.ts';

/** What every part of the driver needs. */
export interface Site {
  readonly name: string;
  readonly config: IncusConfig;
  readonly read: Incus;
  readonly write: Incus;
  readonly catalogue: Catalogue;
}
