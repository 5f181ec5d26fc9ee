import { unlessDenied } from '../unlessDenied.ts';
import type { NetworkFacts, SiteFacts } from '../spec.ts';
import { awsEc2Capabilities } from './capabilities.ts';
import { classify } from './errors.ts';
import type { Site } from './site.ts';

export async function factsOf(site: Site, signal: AbortSignal): Promise<SiteFacts> {
  const { name, config, ec2, catalogue } = site;
  const { vendor, emulated } = awsEc2Capabilities(config);
  const images = await Promise.all(
    Object.entries(config.images).map(async ([alias, image]) => {
      const { rootDevice: _, rootGib: __, ...facts } = await catalogue.image(ec2, image, signal);
      return [alias, { ...facts, regions: [config.region] }] as const;
    }),
  );
  const networks = await unlessDenied(classify, () => networksOf(site, signal));
  return {
    site: name,
    provider: 'aws-ec2',
    vendor,
    location: config.location ?? config.region,
    emulated,
    shapes: await catalogue.shapes(ec2, config, signal),
    images: Object.fromEntries(images),
    ...(networks && { networks }),
    identities: config.instanceProfile === undefined ? [] : [config.instanceProfile],
    fixedShapes: config.sizes,
  };
}

/** Quotas are another service's: they are not told here. */
async function networksOf({ config, ec2 }: Site, signal: AbortSignal): Promise<NetworkFacts[]> {
  const { Subnets = [] } = await ec2.describeSubnets({ SubnetIds: config.subnets }, signal);
  return Subnets.map(({ SubnetId = '', AvailabilityZone: zone, AvailableIpAddressCount: freeAddresses }) => ({
    ref: SubnetId,
    ...(zone !== undefined && { zone }),
    ...(freeAddresses !== undefined && { freeAddresses }),
  }));
}
