import type { protos } from '@google-cloud/compute';
import type { Call } from '../driver.ts';
import { DriverError, withoutSecrets } from '../errors.ts';
import { nearestShapes } from '../nearestShape.ts';
import type { WorkloadSpec } from '../spec.ts';
import { userData } from '../userData.ts';
import type { Operation } from './answers.ts';
import type { Image } from './catalogue.ts';
import { regionOf } from './config.ts';
import { classify, GceError } from './errors.ts';
import { KEY, labelsOf, type Marked } from './labels.ts';
import { requestIdOf } from './names.ts';
import { failureOf } from './operations.ts';
import { RESTORE_ORDERS } from './restore.ts';
import type { Site } from './site.ts';

type Properties = protos.google.cloud.compute.v1.IInstanceProperties;

export interface Request {
  /** Machine types to try, one after the other. */
  readonly sizes: readonly string[];
  /** What all machines of one try are alike in, their mark and that of their disks included. */
  properties(size: string, step: number): Properties;
}

export async function requestFor(site: Site, spec: WorkloadSpec, mark: Marked, { signal }: Call): Promise<Request> {
  const { config, gce, catalogue, name } = site;
  if (spec.network !== 'site') throw new DriverError('Unsupported', 'it cannot be put behind a fence of a drill here: run the drill unfenced, with a reason');
  const script = userData(spec, { site: name, restoreOrders: RESTORE_ORDERS });
  const image = await catalogue.image(gce, spec.image, signal);
  const chosen = spec.size.native ?? config.sizes[`${spec.workload}/${spec.component}`];
  const labels = labelsOf(mark.id);
  const sizes = chosen === undefined ? nearestShapes(await catalogue.shapes(gce, config, signal), spec.size, image.arch) : [chosen];
  const properties = (machineType: string, step: number): Properties => ({
    machineType,
    labels,
    disks: [
      {
        boot: true,
        autoDelete: true,
        initializeParams: { sourceImage: spec.image, labels, ...diskFor(spec, image), ...(config.diskType !== undefined && { diskType: config.diskType }) },
      },
    ],
    networkInterfaces: [
      {
        ...(config.network === undefined
          ? config.subnetwork === undefined
            ? { network: 'global/networks/default' }
            : {}
          : { network: pathOf('global/networks', config.network) }),
        ...(config.subnetwork !== undefined && { subnetwork: pathOf(`regions/${regionOf(config.zones[0] ?? '')}/subnetworks`, config.subnetwork) }),
        ...(config.address === 'public' && { accessConfigs: [{ type: 'ONE_TO_ONE_NAT', name: 'External NAT' }] }),
      },
    ],
    metadata: {
      items: [
        { key: KEY.mark, value: JSON.stringify(step > 0 ? { ...mark, step } : mark) },
        { key: KEY.userData, value: script },
      ],
    },
    ...(config.tags.length > 0 && { tags: { items: config.tags } }),
    ...(config.serviceAccount !== undefined && {
      serviceAccounts: [{ email: config.serviceAccount, scopes: ['https://www.googleapis.com/auth/cloud-platform'] }],
    }),
  });
  return { sizes, properties };
}

/**
 * Starts one share of a batch, all of it or none: in its own zone, or where that one has no room in the next; where none has, as the next size.
 * Sent again, each request gives the operation that it gave before. Throws what the last one says when none can be had.
 */
export async function launch(site: Site, { sizes, properties }: Request, names: readonly string[], share: number, { token, signal }: Call): Promise<Operation> {
  const { zones } = site.config;
  for (let step = 0; ; step++) {
    try {
      const operation = await site.gce.bulkInsert(
        {
          zone: zones[(share + step) % zones.length] ?? '',
          requestId: requestIdOf(token, share, step),
          bulkInsertInstanceResourceResource: {
            count: names.length,
            minCount: names.length,
            perInstanceProperties: Object.fromEntries(names.map((name) => [name, {}])),
            instanceProperties: properties(sizes[Math.floor(step / zones.length)] ?? '', step),
          },
        },
        signal,
      );
      const failure = failureOf(operation);
      if (failure) throw failure;
      return operation;
    } catch (error) {
      if (classify(error).code !== 'Capacity' || step + 1 >= zones.length * sizes.length) throw error;
    }
  }
}

/** Google repeats in its refusals what it was asked. */
export function told(error: unknown, { secrets, files, data }: WorkloadSpec): unknown {
  if (!(error instanceof GceError)) return error;
  const urls = [files?.url, ...Object.values(data).flatMap(({ restore, recovery, lease }) => [restore?.url, recovery, lease?.at, lease?.put])];
  const hidden = [...Object.values(secrets), ...urls.flatMap((url) => (url?.includes('?') ? [url, url.slice(url.indexOf('?') + 1)] : []))];
  return new GceError(withoutSecrets(error.message, hidden), error);
}

/** The data lies on the boot disk, beside what the image has there. */
function diskFor({ data }: WorkloadSpec, { diskGb }: Image): { diskSizeGb?: number } {
  if (diskGb === undefined) return {};
  const bytes = Object.values(data).reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  return { diskSizeGb: diskGb + Math.ceil(bytes / 2 ** 30) };
}

function pathOf(collection: string, name: string): string {
  return name.includes('/') ? name : `${collection}/${name}`;
}
