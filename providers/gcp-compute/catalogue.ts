import { DriverError } from '../errors.ts';
import { Kept } from '../kept.ts';
import type { ImageFacts, Shape } from '../spec.ts';
import type { ImageAnswer, MachineType } from './answers.ts';
import type { Gce } from './client.ts';
import type { GcpComputeConfig } from './config.ts';

/** Google's names for what everybody else calls otherwise. */
const ARCH: Readonly<Record<string, string>> = { X86_64: 'amd64', ARM64: 'arm64' };

export interface Image extends ImageFacts {
  readonly diskGb?: number;
}

/** Machine types and images of one project. */
export class Catalogue {
  readonly #zones = new Kept<Shape[]>();
  readonly #images = new Kept<Image>();

  /** What every zone of the site has. */
  async shapes(gce: Gce, { zones, machineTypes = [] }: GcpComputeConfig, signal: AbortSignal): Promise<Shape[]> {
    const [first = [], ...others] = await Promise.all(zones.map((zone) => this.#zones.get(zone, signal, (asking) => typesOf(gce, zone, asking))));
    const everywhere = others.map((shapes) => new Set(shapes.map(({ name }) => name)));
    const wanted = (name: string): boolean => machineTypes.length === 0 || machineTypes.includes(name.slice(0, name.indexOf('-')));
    return first.filter(({ name }) => wanted(name) && everywhere.every((names) => names.has(name)));
  }

  /** NotFound, as Google says it, when there is no such image. */
  image(gce: Gce, ref: string, signal: AbortSignal): Promise<Image> {
    return this.#images.get(ref, signal, (asking) => imageOf(gce, ref, asking));
  }
}

async function typesOf(gce: Gce, zone: string, signal: AbortSignal): Promise<Shape[]> {
  const shapes: Shape[] = [];
  let pageToken: string | undefined;
  do {
    const page = await gce.machineTypes({ zone, maxResults: 500, ...(pageToken !== undefined && { pageToken }) }, signal);
    shapes.push(...page.items.flatMap(shapesOf));
    pageToken = page.nextPageToken;
  } while (pageToken !== undefined);
  return shapes;
}

/** None for what has more than a plain machine, its price is for that; none for what is going away. */
function shapesOf({ name, guestCpus, memoryMb, architecture = 'X86_64', accelerators, deprecated }: MachineType): Shape[] {
  const arch = ARCH[architecture];
  if (!guestCpus || !memoryMb || arch === undefined || accelerators.length > 0 || deprecated?.state !== undefined) return [];
  return [{ name, cpu: guestCpus, memoryBytes: memoryMb * 2 ** 20, arch }];
}

async function imageOf(gce: Gce, ref: string, signal: AbortSignal): Promise<Image> {
  const [, project, family, name] = /^projects\/([^/]+)\/global\/images\/(family\/)?([^/]+)$/.exec(ref) ?? [];
  if (project === undefined || name === undefined)
    throw new DriverError('Invalid', `${ref || 'nothing'} is no image: write projects/<project>/global/images/<name>`);
  const found = await gce.image({ project, name, isFamily: family !== undefined }, signal);
  const { architecture, diskSizeGb } = found;
  const arch = architecture === undefined ? undefined : ARCH[architecture];
  return {
    ref,
    format: 'native:gcp',
    arch: arch === undefined ? [] : [arch],
    copies: ['gcp'],
    ...moreOf(found),
    ...(diskSizeGb !== undefined && { diskGb: diskSizeGb }),
  };
}

/** Google exports any image to a bucket of the user's; what is licensed by use is of no use elsewhere. */
export function moreOf({ creationTimestamp, storageLocations, licenses, guestOsFeatures, imageEncryptionKey }: ImageAnswer): Partial<ImageFacts> {
  const key = imageEncryptionKey?.kmsKeyName;
  const created = Date.parse(creationTimestamp ?? '');
  return {
    // Every image boots by BIOS; those that can do more say so: https://cloud.google.com/compute/docs/images/create-custom#guest-os-features
    boot: guestOsFeatures.some(({ type }) => type === 'UEFI_COMPATIBLE') ? ['bios', 'uefi'] : ['bios'],
    ...(storageLocations.length > 0 && { regions: storageLocations }),
    ...(!Number.isNaN(created) && { createdAt: new Date(created).toISOString() }),
    ...(licenses.length === 0 ? { exportable: true } : licenses.some((each) => PAID.test(each)) ? { exportable: false } : {}),
    ...(key !== undefined && { keys: [key] }),
  };
}

/** Licences of the projects in which Google sells what others have made. */
const PAID = /projects\/(windows-cloud|windows-sql-cloud|rhel-cloud|rhel-sap-cloud|suse-cloud|suse-sap-cloud|ubuntu-os-pro-cloud)\//;
