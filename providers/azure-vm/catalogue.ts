import type { ResourceSku } from '@azure/arm-compute';
import { Kept } from '../kept.ts';
import type { Shape } from '../spec.ts';
import type { Azure } from './client.ts';
import type { AzureVmConfig } from './config.ts';
import { archOf, factsOfImage, type Image } from './image.ts';

export interface AzureShape extends Shape {
  /** Generations of images that it boots; empty = not told. */
  readonly boots: readonly string[];
  /** Whose quota it counts in, beside that of the region. */
  readonly family: string;
}

/** Sizes and images of one subscription. */
export class Catalogue {
  readonly #shapes = new Kept<AzureShape[]>();
  readonly #images = new Kept<Image>();

  shapes(azure: Azure, config: AzureVmConfig, signal: AbortSignal): Promise<AzureShape[]> {
    const { region, zones, families } = config;
    return this.#shapes.get(JSON.stringify([region, zones, families]), signal, (asking) => shapesAt(azure, config, asking));
  }

  /** NotFound, as Azure says it, when there is no such image. */
  image(azure: Azure, config: AzureVmConfig, ref: string, signal: AbortSignal): Promise<Image> {
    return this.#images.get(JSON.stringify([config.region, ref]), signal, (asking) => factsOfImage(azure, ref, config.subscription, asking));
  }
}

async function shapesAt(azure: Azure, config: AzureVmConfig, signal: AbortSignal): Promise<AzureShape[]> {
  const shapes: AzureShape[] = [];
  for await (const sku of azure.sizes(signal)) shapes.push(...shapesOf(sku, config));
  return shapes;
}

/** None for what is not offered here, or has more than a plain machine: its price is for that. */
export function shapesOf(sku: ResourceSku, { region, zones = [], families }: Pick<AzureVmConfig, 'region' | 'zones' | 'families'>): AzureShape[] {
  const { resourceType, name, family = '', capabilities = [], restrictions = [] } = sku;
  const has = new Map(capabilities.map(({ name: key = '', value = '' }) => [key, value]));
  const cpu = Number(has.get('vCPUsAvailable') ?? has.get('vCPUs'));
  const gib = Number(has.get('MemoryGB'));
  if (resourceType !== 'virtualMachines' || name === undefined || !(cpu > 0) || !(gib > 0)) return [];
  if (Number(has.get('GPUs') ?? 0) > 0 || has.has('ConfidentialComputingType')) return [];
  if (families && !families.some((each) => each.toLowerCase() === family.toLowerCase())) return [];
  if (restrictions.some(({ type, values = [] }) => type === 'Location' && values.some((each) => isRegion(each, region)))) return [];
  const closed = restrictions.flatMap(({ type, restrictionInfo }) => (type === 'Zone' ? (restrictionInfo?.zones ?? []) : []));
  const open = (sku.locationInfo ?? []).filter(({ location = '' }) => isRegion(location, region)).flatMap((each) => each.zones ?? []);
  // Replicas are spread: one size for all zones of the site.
  if (!zones.every((zone) => open.includes(zone) && !closed.includes(zone))) return [];
  const boots = (has.get('HyperVGenerations') ?? '').split(',').filter((each) => each !== '');
  return [{ name, cpu, memoryBytes: gib * 2 ** 30, arch: archOf(has.get('CpuArchitectureType') ?? 'x64'), boots, family }];
}

/** `West Europe` and `westeurope` are one. */
function isRegion(name: string, region: string): boolean {
  return name.toLowerCase().replaceAll(' ', '') === region;
}
