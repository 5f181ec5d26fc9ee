import type { Usage } from '@azure/arm-compute';
import type { NetworkFacts, Quota, SiteFacts } from '../spec.ts';
import { unlessDenied } from '../unlessDenied.ts';
import { azureVmCapabilities } from './capabilities.ts';
import type { AzureShape } from './catalogue.ts';
import { classify } from './errors.ts';
import type { Site } from './site.ts';

export async function factsOf(site: Site, signal: AbortSignal): Promise<SiteFacts> {
  const { name, config, azure, catalogue } = site;
  const { vendor, emulated } = azureVmCapabilities(config);
  const images = await Promise.all(
    Object.entries(config.images).map(async ([alias, image]) => {
      const { diskGib: _, boots: __, ...facts } = await catalogue.image(azure, config, image, signal);
      return [alias, facts] as const;
    }),
  );
  const shapes = await catalogue.shapes(azure, config, signal);
  const quotas = await unlessDenied(classify, () => quotasOf(site, shapes, signal));
  const networks = await unlessDenied(classify, () => networksOf(site, signal));
  return {
    site: name,
    provider: 'azure-vm',
    vendor,
    location: config.location ?? config.region,
    emulated,
    shapes: shapes.map(({ name: size, cpu, memoryBytes, arch }) => ({ name: size, cpu, memoryBytes, arch })),
    images: Object.fromEntries(images),
    ...(quotas && { quotas }),
    ...(networks && { networks }),
    identities: config.identity === undefined ? [] : [config.identity],
    fixedShapes: config.sizes,
  };
}

async function quotasOf({ azure }: Site, shapes: readonly AzureShape[], signal: AbortSignal): Promise<Quota[]> {
  const quotas: Quota[] = [];
  for await (const usage of azure.usages(signal)) quotas.push(...quotaOf(usage, shapes));
  return quotas;
}

/** None for what no machine of these shapes counts in. */
export function quotaOf({ name: { value: name = '' }, limit, currentValue: used }: Usage, shapes: readonly AzureShape[]): Quota[] {
  if (name === 'cores') return [{ name, limit, used, unit: 'cpu' }];
  if (name === 'virtualMachines') return [{ name, limit, used, unit: 'machines' }];
  const counted = shapes.filter(({ family }) => family.toLowerCase() === name.toLowerCase()).map((shape) => shape.name);
  return counted.length > 0 ? [{ name, limit, used, unit: 'cpu', shapes: counted }] : [];
}

const SUBNET = /^\/subscriptions\/([^/]+)\/resourceGroups\/([^/]+)\/providers\/Microsoft\.Network\/virtualNetworks\/([^/]+)\/subnets\/([^/]+)$/i;
/** Azure keeps five addresses of each subnet: https://learn.microsoft.com/azure/virtual-network/virtual-networks-faq */
const KEPT_ADDRESSES = 5;

/** What is used of it is what Azure lists there: all that has an address, but for some services' own. */
async function networksOf({ config, azure }: Site, signal: AbortSignal): Promise<NetworkFacts[]> {
  const [, subscription = '', group = '', network = '', name = ''] = SUBNET.exec(config.subnet) ?? [];
  if (subscription.toLowerCase() !== config.subscription.toLowerCase()) return [{ ref: config.subnet }];
  const { addressPrefix, addressPrefixes = [], ipConfigurations = [] } = await azure.subnet({ group, network, name }, signal);
  const bits = [addressPrefix, ...addressPrefixes].flatMap((prefix) => (prefix === undefined || prefix.includes(':') ? [] : [Number(prefix.split('/')[1])]))[0];
  const free = bits === undefined ? undefined : Math.max(0, 2 ** (32 - bits) - KEPT_ADDRESSES - ipConfigurations.length);
  return [{ ref: config.subnet, ...(free !== undefined && { freeAddresses: free }) }];
}
