import type { Catalogue } from './catalogue.ts';
import type { Azure } from './client.ts';
import type { AzureVmConfig } from './config.ts';

/** What every part of the driver needs. */
export interface Site {
  readonly name: string;
  readonly config: AzureVmConfig;
  readonly azure: Azure;
  readonly catalogue: Catalogue;
}
