import type { Answer, Ask } from '../ask.ts';
import { ArmError } from '../armError.ts';
import type { Cloud } from '../cloud.ts';
import { paged } from '../paged.ts';
import { type Size, SIZES, sizeOf } from './sizes.ts';

/** https://learn.microsoft.com/rest/api/compute/resource-skus/list: the location is the only filter that it takes. */
export function skus({ cloud, query, url }: Ask): Answer {
  const filter = query.get('$filter');
  const location = filter === null ? cloud.location : /^location eq '([^']*)'$/.exec(filter)?.[1];
  if (location === undefined) throw new ArmError(400, 'BadRequest', `The filter '${String(filter)}' is not supported: it is location eq '…'.`);
  const here = location.toLowerCase() === cloud.location;
  return paged(here ? SIZES.map((size) => skuOf(size, cloud)) : [], cloud.pageSize, url);
}

/** https://learn.microsoft.com/rest/api/compute/virtual-machine-sizes/list */
export function vmSizes({ cloud, params }: Ask): Answer {
  checkLocation(cloud, params.location);
  return {
    status: 200,
    body: {
      value: SIZES.filter(({ closed }) => !closed).map(({ name, cores, memoryGiB }) => ({
        name,
        numberOfCores: cores,
        memoryInMB: memoryGiB * 1024,
        maxDataDiskCount: cores * 2,
        osDiskSizeInMB: 1_047_552,
        resourceDiskSizeInMB: 0,
      })),
    },
  };
}

/** https://learn.microsoft.com/rest/api/compute/usage/list */
export function usages({ cloud, params }: Ask): Answer {
  checkLocation(cloud, params.location);
  const families = [...new Set(SIZES.map(({ family }) => family))];
  const usage = (value: string, localizedValue: string, currentValue: number, limit: number): object => ({
    name: { value, localizedValue },
    currentValue,
    limit,
    unit: 'Count',
  });
  return {
    status: 200,
    body: {
      value: [
        usage('cores', 'Total Regional vCPUs', coresUsed(cloud), cloud.coreLimit),
        usage('virtualMachines', 'Virtual Machines', cloud.vms.list().length, 25_000),
        ...families.map((family) => usage(family, `${family} vCPUs`, coresUsed(cloud, family), cloud.coreLimit)),
      ],
    },
  };
}

/** All machines count, those that are off too: https://learn.microsoft.com/azure/quotas/quotas-overview */
export function coresUsed(cloud: Cloud, family?: string): number {
  return cloud.vms
    .list()
    .map(({ size }) => sizeOf(size))
    .filter((size) => size && (family === undefined || size.family === family))
    .reduce((sum, size) => sum + (size?.cores ?? 0), 0);
}

function checkLocation(cloud: Cloud, location: string | undefined): void {
  if (location?.toLowerCase() !== cloud.location)
    throw new ArmError(400, 'NoRegisteredProviderFound', `No registered resource provider found for location '${String(location)}'.`);
}

function skuOf(size: Size, { location, zones }: Cloud): object {
  const capability = (name: string, value: string): object => ({ name, value });
  return {
    resourceType: 'virtualMachines',
    name: size.name,
    tier: 'Standard',
    size: size.name.replace('Standard_', ''),
    family: size.family,
    locations: [location],
    locationInfo: [{ location, zones }],
    capabilities: [
      capability('MaxResourceVolumeMB', '0'),
      capability('OSVhdSizeMB', '1047552'),
      capability('vCPUs', String(size.cores)),
      capability('MemoryGB', String(size.memoryGiB)),
      capability('HyperVGenerations', 'V1,V2'),
      capability('CpuArchitectureType', size.arch),
      capability('vCPUsAvailable', String(size.cores)),
      capability('PremiumIO', 'True'),
    ],
    restrictions: [
      ...(size.closed ? [{ type: 'Location', values: [location], restrictionInfo: { locations: [location] }, reasonCode: 'NotAvailableForSubscription' }] : []),
      ...(size.closedZones
        ? [{ type: 'Zone', values: [location], restrictionInfo: { locations: [location], zones: size.closedZones }, reasonCode: 'NotAvailableForSubscription' }]
        : []),
    ],
  };
}
