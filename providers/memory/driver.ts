import type { Driver } from '../driver.ts';
import { DriverError } from '../errors.ts';
import { type Capabilities, ErrorCode, KINDS, type SiteFacts } from '../spec.ts';
import { BUGS, type MemoryBug } from './bugs/index.ts';
import { Faults } from './faults.ts';
import { memoryOwned } from './owned.ts';
import { memoryPower } from './power.ts';
import { MemorySite } from './site.ts';
import { memoryTraffic } from './traffic.ts';

export interface MemoryOptions {
  readonly name?: string;
  /** A new one unless given. */
  readonly site?: MemorySite;
  readonly faults?: Faults;
  /** What it can do, where that is less than everything. */
  readonly capabilities?: Partial<Omit<Capabilities, 'traffic'>> & { readonly traffic?: Capabilities['traffic'] | 'none' };
  readonly facts?: Partial<Pick<SiteFacts, 'location' | 'shapes' | 'images'>>;
  /** A mistake that adapters really make, by name. For the test of the conformance suite. */
  readonly bug?: MemoryBug;
}

export interface MemoryDriver extends Driver {
  readonly site: MemorySite;
  readonly faults: Faults;
}

/** The reference driver: a whole site in this process, for tests and simulation. Nothing survives the process. */
export function memoryDriver({
  name = 'memory',
  site = new MemorySite(),
  faults = new Faults(),
  capabilities = {},
  facts = {},
  bug,
}: MemoryOptions = {}): MemoryDriver {
  const { traffic = { cuts: true }, ...rest } = capabilities;
  const can: Capabilities = {
    vendor: 'self',
    kinds: KINDS,
    power: ['running', 'stopped', 'cut', 'isolated'],
    restoresOnStart: true,
    emulated: true,
    ...rest,
    ...(traffic !== 'none' && { traffic }),
  };
  const driver: Driver = {
    name,
    capabilities: can,
    owned: {
      ...(can.kinds.includes('workload') && { workload: memoryOwned('workload', site, faults) }),
      ...(can.kinds.includes('network') && { network: memoryOwned('network', site, faults) }),
    },
    ...(can.power.length > 0 && { power: memoryPower(site, faults) }),
    ...(can.traffic && { traffic: memoryTraffic(site, faults, can.traffic) }),
    inspect({ signal }) {
      const known = { site: name, provider: 'memory', vendor: can.vendor, location: 'this process', emulated: can.emulated, shapes: [], images: {} };
      return faults.meet('inspect', signal, () => ({ ...known, ...facts }));
    },
    classify: (error) => ({ code: error instanceof DriverError ? error.code : ErrorCode.Unknown }),
    async close() {},
  };
  return { ...(bug ? BUGS[bug](driver, site) : driver), site, faults };
}
