import type { Driver } from '../driver.ts';
import { incusCapabilities } from './capabilities.ts';
import { Catalogue } from './catalogue.ts';
import { incus } from './client.ts';
import type { IncusConfig } from './config.ts';
import { classify } from './errors.ts';
import { factsOf } from './inspect.ts';
import { permitted } from './permitted.ts';
import { incusPower } from './power.ts';
import type { Site } from './site.ts';
import { incusWorkload } from './workload.ts';

export interface IncusOptions {
  /** The site's name. */
  readonly site: string;
  readonly config: IncusConfig;
  readonly secret: (reference: string) => Promise<string>;
}

/** System containers of one project of one Incus. */
export function incusDriver({ site: name, config, secret }: IncusOptions): Driver {
  const read = incus(config, 'read', secret);
  const write = incus(config, 'write', secret);
  const site: Site = { name, config, read, write, catalogue: new Catalogue() };
  return {
    name,
    capabilities: incusCapabilities(config),
    owned: { workload: incusWorkload(site) },
    power: incusPower(site),
    inspect: ({ signal }) => factsOf(site, signal),
    permitted: ({ signal }) => permitted(site, signal),
    classify,
    async close() {
      read.close();
      write.close();
    },
  };
}
