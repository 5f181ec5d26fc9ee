import type { SiteFacts } from '../spec.ts';
import { gcpComputeCapabilities } from './capabilities.ts';
import { regionOf } from './config.ts';
import type { Site } from './site.ts';

export async function factsOf(site: Site, signal: AbortSignal): Promise<SiteFacts> {
  const { name, config, gce, catalogue } = site;
  const { vendor, emulated } = gcpComputeCapabilities(config);
  const images = await Promise.all(
    Object.entries(config.images).map(async ([alias, image]) => {
      const { ref, format, arch, copies } = await catalogue.image(gce, image, signal);
      return [alias, { ref, format, arch, copies }] as const;
    }),
  );
  return {
    site: name,
    provider: 'gcp-compute',
    vendor,
    location: config.location ?? regionOf(config.zones[0] ?? ''),
    emulated,
    shapes: await catalogue.shapes(gce, config, signal),
    images: Object.fromEntries(images),
  };
}
