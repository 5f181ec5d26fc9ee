import type { Catalogue } from './catalogue.ts';
import type { Gce } from './client.ts';
import type { GcpComputeConfig } from './config.ts';
import type { Removals } from './removals.ts';

/** What every part of the driver needs. */
export interface Site {
  readonly name: string;
  readonly config: GcpComputeConfig;
  readonly installation: string;
  readonly gce: Gce;
  readonly catalogue: Catalogue;
  readonly removals: Removals;
  /** How many things to ask for on one page; Google gives at most 500. */
  readonly pageSize: number;
}
