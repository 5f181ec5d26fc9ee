import type { NetworkFacts, Quota, Shape, SiteFacts } from '../spec.ts';
import { unlessDenied } from '../unlessDenied.ts';
import { gcpComputeCapabilities } from './capabilities.ts';
import { regionOf } from './config.ts';
import { classify } from './errors.ts';
import type { Site } from './site.ts';

export async function factsOf(site: Site, signal: AbortSignal): Promise<SiteFacts> {
  const { name, config, gce, catalogue } = site;
  const { vendor, emulated } = gcpComputeCapabilities(config);
  const images = await Promise.all(
    Object.entries(config.images).map(async ([alias, image]) => {
      const { diskGb: _, ...facts } = await catalogue.image(gce, image, signal);
      return [alias, facts] as const;
    }),
  );
  const region = regionOf(config.zones[0] ?? '');
  const shapes = await catalogue.shapes(gce, config, signal);
  const quotas = await unlessDenied(classify, async () => quotasFor(shapes, (await gce.region(region, signal)).quotas));
  const networks = await unlessDenied(classify, () => networksOf(site, region, signal));
  return {
    site: name,
    provider: 'gcp-compute',
    vendor,
    location: config.location ?? region,
    emulated,
    shapes,
    images: Object.fromEntries(images),
    ...(quotas && { quotas }),
    ...(networks && { networks }),
    identities: config.serviceAccount === undefined ? [] : [config.serviceAccount],
    fixedShapes: config.sizes,
  };
}

interface Metric {
  readonly metric?: string | undefined;
  readonly limit?: number | null | undefined;
  readonly usage?: number | null | undefined;
}

/** A family without a metric of its own counts in CPUS: https://cloud.google.com/compute/resource-usage#cpu_quota */
export function quotasFor(shapes: readonly Shape[], metrics: readonly Metric[]): Quota[] {
  const ownOf = (shape: string): string => `${shape.slice(0, shape.indexOf('-')).toUpperCase()}_CPUS`;
  const known = new Set(metrics.map(({ metric }) => metric));
  return metrics.flatMap(({ metric = '', limit, usage }): Quota[] => {
    if (typeof limit !== 'number' || typeof usage !== 'number') return [];
    if (metric === 'INSTANCES') return [{ name: metric, limit, used: usage, unit: 'machines' }];
    const counted = shapes.map(({ name }) => name).filter((name) => (known.has(ownOf(name)) ? ownOf(name) === metric : metric === 'CPUS'));
    return counted.length > 0 ? [{ name: metric, limit, used: usage, unit: 'cpu', shapes: counted }] : [];
  });
}

/** Of a subnetwork that the site names: which one another network would give is Google's to know. */
async function networksOf({ config, gce }: Site, region: string, signal: AbortSignal): Promise<NetworkFacts[]> {
  const { subnetwork, project } = config;
  if (subnetwork === undefined) return [];
  const [, owner, place, name] = /(?:^|\/)projects\/([^/]+)\/regions\/([^/]+)\/subnetworks\/([^/]+)$/.exec(subnetwork) ?? [];
  const at = { project: owner ?? project, region: place ?? region, subnetwork: name ?? subnetwork.slice(subnetwork.lastIndexOf('/') + 1) };
  const { utilizationDetails } = await gce.subnetwork(at, signal);
  // The range of its machines has no name; others are for containers.
  const free = utilizationDetails?.ipv4Utilizations.find(({ rangeName }) => rangeName === undefined)?.totalFreeIp;
  return [{ ref: `projects/${at.project}/regions/${at.region}/subnetworks/${at.subnetwork}`, ...(free !== undefined && { freeAddresses: free }) }];
}
