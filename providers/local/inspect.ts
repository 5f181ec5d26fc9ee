import { availableParallelism, totalmem } from 'node:os';
import type { SiteFacts } from '../spec.ts';
import { localCapabilities } from './capabilities.ts';
import type { Site } from './site.ts';

/** Node's names for what everybody else calls otherwise. */
const ARCH: Readonly<Record<string, string>> = { x64: 'amd64' };

export function factsOf({ name, config }: Site): SiteFacts {
  const arch = ARCH[process.arch] ?? process.arch;
  const { vendor, emulated } = localCapabilities(config);
  const location = config.location ?? 'this machine';
  return {
    site: name,
    provider: 'local',
    vendor,
    location,
    emulated,
    shapes: [{ name: 'machine', cpu: config.cpu ?? availableParallelism(), memoryBytes: config.memory ?? totalmem(), arch, shared: true }],
    images: Object.fromEntries(Object.entries(config.images).map(([alias, ref]) => [alias, { ref, format: 'host', arch: [arch], copies: [location] }])),
  };
}
