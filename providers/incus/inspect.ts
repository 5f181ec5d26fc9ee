import type { SiteFacts } from '../spec.ts';
import { incusCapabilities } from './capabilities.ts';
import type { Site } from './site.ts';

export async function factsOf({ name, config, read, catalogue }: Site, signal: AbortSignal): Promise<SiteFacts> {
  const { vendor, emulated } = incusCapabilities(config);
  const images = await Promise.all(
    Object.entries(config.images).map(async ([alias, image]) => {
      const { fingerprint: _, ...facts } = await catalogue.image(read, image, vendor, signal);
      return [alias, facts] as const;
    }),
  );
  return {
    site: name,
    provider: 'incus',
    vendor,
    location: config.location ?? config.url ?? "the worker's own machine",
    emulated,
    shapes: await catalogue.shapes(read, signal),
    images: Object.fromEntries(images),
  };
}
