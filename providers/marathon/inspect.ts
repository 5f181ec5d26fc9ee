import type { SiteFacts } from '../spec.ts';
import { marathonCapabilities } from './capabilities.ts';
import { HOST } from './definition.ts';
import type { Site } from './site.ts';

/** Marathon tells nothing of the agents: sizes stay unknown. */
export async function factsOf({ name, config, marathon }: Site, signal: AbortSignal): Promise<SiteFacts> {
  const { vendor, emulated } = marathonCapabilities(config);
  const location = config.location ?? new URL(config.endpoint).hostname;
  await marathon.info(signal);
  return {
    site: name,
    provider: 'marathon',
    vendor,
    location,
    emulated,
    shapes: [],
    images: Object.fromEntries(
      Object.entries(config.images).map(([alias, ref]) => [alias, { ref, format: ref === HOST ? 'host' : 'oci', arch: [], copies: [location] }]),
    ),
  };
}
