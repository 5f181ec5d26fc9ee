import type { Driver } from '../driver.ts';
import { Pace } from '../pace.ts';
import { marathonCapabilities } from './capabilities.ts';
import { marathon } from './client.ts';
import type { MarathonConfig } from './config.ts';
import { authorizationOf } from './credentials.ts';
import { classify } from './errors.ts';
import { factsOf } from './inspect.ts';
import { marathonPower } from './power.ts';
import type { Site } from './site.ts';
import { marathonWorkload } from './workload.ts';

export interface MarathonOptions {
  /** The site's name. */
  readonly site: string;
  readonly config: MarathonConfig;
  readonly secret: (reference: string) => Promise<string>;
}

/** Apps of one Marathon, under one group. */
export function marathonDriver({ site: name, config, secret }: MarathonOptions): Driver {
  const { endpoint, credentials, group, requestsPerSecond } = config;
  const client = marathon(endpoint, {
    pace: new Pace(requestsPerSecond),
    authorization: (which) => authorizationOf(credentials?.[which], secret),
  });
  const site: Site = { name, config, marathon: client };
  return {
    name,
    capabilities: marathonCapabilities(config),
    owned: { workload: marathonWorkload(site) },
    power: marathonPower(site),
    inspect: ({ signal }) => factsOf(site, signal),
    ...(credentials && { permitted: ({ signal }) => client.tryChange(group, signal) }),
    classify,
    async close() {},
  };
}
