import type { SiteFacts } from '../spec.ts';
import { azureVmCapabilities } from './capabilities.ts';
import type { Site } from './site.ts';

export async function factsOf({ name, config, azure, catalogue }: Site, signal: AbortSignal): Promise<SiteFacts> {
  const { vendor, emulated } = azureVmCapabilities(config);
  const images = await Promise.all(
    Object.entries(config.images).map(async ([alias, image]) => {
      const { ref, format, arch, copies } = await catalogue.image(azure, config, image, signal);
      return [alias, { ref, format, arch, copies }] as const;
    }),
  );
  const shapes = await catalogue.shapes(azure, config, signal);
  return {
    site: name,
    provider: 'azure-vm',
    vendor,
    location: config.location ?? config.region,
    emulated,
    shapes: shapes.map(({ name: size, cpu, memoryBytes, arch }) => ({ name: size, cpu, memoryBytes, arch })),
    images: Object.fromEntries(images),
  };
}
