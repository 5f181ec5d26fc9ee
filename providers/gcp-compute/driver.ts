import type { Driver } from '../driver.ts';
import { accountOf } from './account.ts';
import { gcpComputeCapabilities } from './capabilities.ts';
import { gce } from './client.ts';
import type { GcpComputeConfig } from './config.ts';
import { resolveCredentials } from './credentials.ts';
import { classify } from './errors.ts';
import { factsOf } from './inspect.ts';
import { checkPermitted } from './permitted.ts';
import { gcpPower } from './power.ts';
import type { Site } from './site.ts';
import { gcpWorkload } from './workload.ts';

export interface GcpComputeOptions {
  /** The site's name. */
  readonly site: string;
  readonly config: GcpComputeConfig;
  readonly installation: string;
  readonly secret: (reference: string) => Promise<string>;
  /** Things on one page; default what Google gives at most. */
  readonly pageSize?: number;
}

/** Compute Engine instances of one project and region. Drivers of the same project in one process share its pace and its catalogue. */
export function gcpComputeDriver({ site: name, config, installation, secret, pageSize = 500 }: GcpComputeOptions): Driver {
  const { read, write, catalogue, removals } = accountOf(config);
  const client = gce(config, { read, write, credentials: (which) => resolveCredentials(config.credentials?.[which], secret) });
  const site: Site = { name, config, installation, gce: client, catalogue, removals, pageSize };
  return {
    name,
    capabilities: gcpComputeCapabilities(config),
    owned: { workload: gcpWorkload(site) },
    power: gcpPower(site),
    inspect: ({ signal }) => factsOf(site, signal),
    permitted: ({ signal }) => checkPermitted(site, signal),
    classify,
    async close() {},
  };
}
