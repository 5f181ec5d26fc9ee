import type { VirtualMachine } from '@azure/arm-compute';
import type { Call } from '../driver.ts';
import { DriverError } from '../errors.ts';
import { nearestShapes } from '../nearestShape.ts';
import type { WorkloadSpec } from '../spec.ts';
import { userData } from '../userData.ts';
import { classify } from './errors.ts';
import type { Image } from './image.ts';
import { imageOf } from './imageReference.ts';
import { diskName, machineName } from './names.ts';
import { NO_ORDERS, RESTORE_ORDERS } from './restore.ts';
import type { Site } from './site.ts';
import { type Marked, tagsOf } from './tags.ts';

/** What all machines of a batch have in common. */
export interface Request {
  /** Sizes to try, one after the other. */
  readonly sizes: readonly string[];
  readonly script: string;
  readonly image: NonNullable<NonNullable<VirtualMachine['storageProfile']>['imageReference']>;
  readonly diskGib: number | undefined;
}

/** Of the API that Azure uses for what a machine brings with it. */
const NETWORK_API = '2022-11-01';

export async function requestFor({ config, azure, catalogue, name }: Site, spec: WorkloadSpec, { signal }: Call): Promise<Request> {
  if (spec.network !== 'site') throw new DriverError('Unsupported', 'it cannot be put behind a fence of a drill here: run the drill unfenced, with a reason');
  const script = userData(spec, { site: name, restoreOrders: RESTORE_ORDERS });
  const image = await catalogue.image(azure, config, spec.image, signal);
  const chosen = spec.size.native ?? config.sizes[`${spec.workload}/${spec.component}`];
  const shapes = chosen === undefined ? (await catalogue.shapes(azure, config, signal)).filter(({ boots }) => isBootable(boots, image)) : [];
  return {
    sizes: chosen === undefined ? nearestShapes(shapes, spec.size, image.arch) : [chosen],
    script: Buffer.from(script).toString('base64'),
    image: referenceTo(spec.image),
    diskGib: diskFor(spec, image),
  };
}

/** Starts one machine in the zone and as the size of its attempt, or, refused there at once for want of room, of the next. Gives the attempt that was taken. */
export async function launch(site: Site, request: Request, mark: Marked, signal: AbortSignal): Promise<number> {
  for (let { attempt } = mark; ; attempt++) {
    const tried = { ...mark, attempt };
    try {
      await site.azure.makeMachine(machineName(mark.id, tried), machineFor(site, request, tried), signal);
      return attempt;
    } catch (error) {
      if (classify(error).code !== 'Capacity' || attempt + 1 >= attemptsAt(site, request)) throw error;
    }
  }
}

/** How often one replica is tried: every size in every zone. */
export function attemptsAt(site: Pick<Site, 'config'>, { sizes }: Pick<Request, 'sizes'>): number {
  return placesAt(site) * sizes.length;
}

/** How many zones there are; where Azure chooses, that is one. */
export function placesAt({ config: { zones = [] } }: Pick<Site, 'config'>): number {
  return Math.max(1, zones.length);
}

/** One request makes the machine with its interface, its address and its disk; one removal takes all of them. */
function machineFor(site: Site, { sizes, script, image, diskGib }: Request, mark: Marked): VirtualMachine {
  const { config } = site;
  const { region, zones, subnet, securityGroup, publicAddress, adminUser, sshKey, identity } = config;
  const tags = tagsOf(mark);
  const name = machineName(mark.id, mark);
  const zone = zones?.[(mark.replica + mark.attempt) % zones.length];
  return {
    location: region,
    tags,
    ...(zone !== undefined && { zones: [zone] }),
    ...(identity !== undefined && { identity: { type: 'UserAssigned', userAssignedIdentities: { [identity]: {} } } }),
    hardwareProfile: { vmSize: sizes[Math.floor(mark.attempt / placesAt(site))] ?? '' },
    storageProfile: {
      imageReference: image,
      osDisk: { name: diskName(name), createOption: 'FromImage', deleteOption: 'Delete', ...(diskGib !== undefined && { diskSizeGB: diskGib }) },
    },
    osProfile: {
      computerName: name,
      adminUsername: adminUser,
      customData: script,
      linuxConfiguration: {
        disablePasswordAuthentication: true,
        ssh: { publicKeys: [{ path: `/home/${adminUser}/.ssh/authorized_keys`, keyData: sshKey }] },
      },
    },
    userData: NO_ORDERS,
    networkProfile: {
      networkApiVersion: NETWORK_API,
      networkInterfaceConfigurations: [
        {
          name,
          tags,
          primary: true,
          deleteOption: 'Delete',
          ...(securityGroup !== undefined && { networkSecurityGroup: { id: securityGroup } }),
          ipConfigurations: [
            {
              name: 'main',
              primary: true,
              subnet: { id: subnet },
              ...(publicAddress && {
                publicIPAddressConfiguration: {
                  name,
                  tags,
                  deleteOption: 'Delete',
                  sku: { name: 'Standard', tier: 'Regional' },
                  publicIPAllocationMethod: 'Static',
                },
              }),
            },
          ],
        },
      ],
    },
  };
}

function referenceTo(ref: string): Request['image'] {
  const place = imageOf(ref);
  return place?.kind === 'marketplace' ? { publisher: place.publisher, offer: place.offer, sku: place.sku, version: place.version } : { id: ref };
}

function isBootable(boots: readonly string[], image: Image): boolean {
  return boots.length === 0 || image.boots === undefined || boots.includes(image.boots);
}

/** The data lies on the system disk, beside what the image has there. */
function diskFor({ data }: WorkloadSpec, { diskGib }: Image): number | undefined {
  const bytes = Object.values(data).reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  return diskGib === undefined ? undefined : diskGib + Math.ceil(bytes / 2 ** 30);
}
