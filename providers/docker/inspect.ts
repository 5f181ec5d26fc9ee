import type { SiteFacts } from '../spec.ts';
import { dockerCapabilities } from './capabilities.ts';
import { imageOf, shapeOf } from './catalogue.ts';
import type { Site } from './site.ts';

export async function factsOf(site: Site, signal: AbortSignal): Promise<SiteFacts> {
  const { vendor, emulated } = dockerCapabilities(site.config);
  const images = await Promise.all(
    Object.entries(site.config.images).map(async ([alias, ref]) => {
      const { id: _, ...facts } = await imageOf(site, ref, signal);
      return [alias, facts] as const;
    }),
  );
  return {
    site: site.name,
    provider: 'docker',
    vendor,
    location: site.config.location ?? site.config.host,
    emulated,
    shapes: [await shapeOf(site, signal)],
    images: Object.fromEntries(images),
    networks: [{ ref: site.config.network }],
  };
}
