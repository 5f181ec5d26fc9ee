import type { Driver } from '../driver.ts';
import { accountOf } from './account.ts';
import { azureVmCapabilities } from './capabilities.ts';
import { azure } from './client.ts';
import type { AzureVmConfig } from './config.ts';
import { resolveCredentials } from './credentials.ts';
import { classify } from './errors.ts';
import { factsOf } from './inspect.ts';
import { checkPermitted } from './permitted.ts';
import { azurePower } from './power.ts';
import type { Site } from './site.ts';
import { azureWorkload } from './workload.ts';

export interface AzureVmOptions {
  /** The site's name. */
  readonly site: string;
  readonly config: AzureVmConfig;
  readonly secret: (reference: string) => Promise<string>;
}

/** Virtual machines of one resource group. Drivers of the same subscription in one process share its pace and its catalogue. */
export function azureVmDriver({ site: name, config, secret }: AzureVmOptions): Driver {
  const { read, write, catalogue } = accountOf(config);
  const credentials = (which: 'read' | 'write') => resolveCredentials(config.credentials?.[which], secret);
  const site: Site = { name, config, azure: azure(config, { read, write, credentials }), catalogue };
  return {
    name,
    capabilities: azureVmCapabilities(config),
    owned: { workload: azureWorkload(site) },
    power: azurePower(site),
    inspect: ({ signal }) => factsOf(site, signal),
    permitted: ({ signal }) => checkPermitted(site, signal),
    classify,
    // The SDK's connections end by themselves.
    async close() {},
  };
}
