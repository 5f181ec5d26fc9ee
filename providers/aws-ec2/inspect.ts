import type { SiteFacts } from '../spec.ts';
import { awsEc2Capabilities } from './capabilities.ts';
import type { Site } from './site.ts';

export async function factsOf(site: Site, signal: AbortSignal): Promise<SiteFacts> {
  const { name, config, ec2, catalogue } = site;
  const { vendor, emulated } = awsEc2Capabilities(config);
  const images = await Promise.all(
    Object.entries(config.images).map(async ([alias, image]) => {
      const { ref, format, arch, copies } = await catalogue.image(ec2, image, signal);
      return [alias, { ref, format, arch, copies }] as const;
    }),
  );
  return {
    site: name,
    provider: 'aws-ec2',
    vendor,
    location: config.location ?? config.region,
    emulated,
    shapes: await catalogue.shapes(ec2, config, signal),
    images: Object.fromEntries(images),
  };
}
