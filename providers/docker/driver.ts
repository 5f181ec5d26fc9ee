import type { Driver } from '../driver.ts';
import { Kept } from '../kept.ts';
import { dockerCapabilities } from './capabilities.ts';
import { opener } from './client.ts';
import type { DockerConfig } from './config.ts';
import { classify } from './errors.ts';
import { factsOf } from './inspect.ts';
import { Jobs } from './jobs.ts';
import { dockerPower } from './power.ts';
import type { Site } from './site.ts';
import { dockerWorkload } from './workload.ts';

export interface DockerOptions {
  /** The site's name. */
  readonly site: string;
  readonly config: DockerConfig;
}

/** Containers of one Docker or Podman host. `close` waits for what this process has started there. */
export function dockerDriver({ site: name, config }: DockerOptions): Driver {
  const site: Site = { name, config, docker: opener(config), jobs: new Jobs(), host: new Kept(), reserved: new Set() };
  return {
    name,
    capabilities: dockerCapabilities(config),
    owned: { workload: dockerWorkload(site) },
    power: dockerPower(site),
    inspect: ({ signal }) => factsOf(site, signal),
    classify,
    close: () => site.jobs.ended(),
  };
}
