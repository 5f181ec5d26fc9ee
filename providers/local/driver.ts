import { realpathSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import type { Driver } from '../driver.ts';
import { DriverError } from '../errors.ts';
import { ErrorCode } from '../spec.ts';
import { localCapabilities } from './capabilities.ts';
import type { LocalConfig } from './config.ts';
import { FAULTS } from './faults.ts';
import { factsOf } from './inspect.ts';
import { codeOf } from './json.ts';
import { localNetwork } from './network.ts';
import { localPower } from './power.ts';
import type { Site } from './site.ts';
import { localWorkload } from './workload.ts';

export interface LocalOptions {
  /** The site's name. */
  readonly site: string;
  readonly config: LocalConfig;
  /** Where everything of the site is, unless its config says so. Made with the first thing in it. */
  readonly root: string;
  readonly installation: string;
}

/** Processes of this machine as a site. Whatever it starts outlives it and is found again by the next one. */
export function localDriver({ site: name, config, root, installation }: LocalOptions): Driver {
  const site: Site = { name, config, root: withoutLinks(resolve(config.root ?? root)) };
  return {
    name,
    capabilities: localCapabilities(config),
    owned: { workload: localWorkload(site), ...(config.isolation === 'namespace' && { network: localNetwork(site) }) },
    power: localPower(site, installation),
    async inspect({ signal }) {
      signal.throwIfAborted();
      return factsOf(site);
    },
    classify: (error) => ({ code: error instanceof DriverError ? error.code : (FAULTS[codeOf(error) ?? ''] ?? ErrorCode.Unknown) }),
    async close() {},
  };
}

/** One place has one name, or the marks of what is there would not be found again. */
function withoutLinks(path: string): string {
  try {
    return realpathSync(path);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
    return join(withoutLinks(dirname(path)), basename(path));
  }
}
