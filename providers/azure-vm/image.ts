import { DriverError } from '../errors.ts';
import type { BootMode, ImageFacts } from '../spec.ts';
import type { Azure } from './client.ts';
import { IMAGE_FORMS, imageOf } from './imageReference.ts';

export interface Image extends ImageFacts {
  readonly diskGib?: number;
  /** `V1` boots by BIOS, `V2` by UEFI. */
  readonly boots?: string;
}

/** Azure's names for what everybody else calls otherwise. */
const ARCH: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64' };

export function archOf(name: string): string {
  return ARCH[name.toLowerCase()] ?? name;
}

type ImageCalls = Pick<Azure, 'managedImage' | 'galleryImage' | 'galleryVersion' | 'marketImage'>;

/** What Azure says of an image, by where it lies. Sizes of marketplace disks are Azure's to know. */
export async function factsOfImage(azure: ImageCalls, ref: string, subscription: string, signal: AbortSignal): Promise<Image> {
  const place = imageOf(ref);
  if (!place) throw new DriverError('Invalid', `${JSON.stringify(ref)} is not ${IMAGE_FORMS}`);
  const common = { ref, format: 'native:azure', copies: ['azure'] };
  if (place.kind === 'managed') {
    const { storageProfile, hyperVGeneration, location } = await azure.managedImage(place, signal);
    const key = storageProfile?.osDisk?.diskEncryptionSet?.id;
    // Azure makes managed images of x64 machines only.
    return {
      ...common,
      arch: ['amd64'],
      ...sized(storageProfile?.osDisk?.diskSizeGB),
      ...booted(hyperVGeneration ?? 'V1'),
      regions: [location],
      ...keyed(key),
    };
  }
  if (place.kind === 'gallery') {
    // It can be started from, with the right to; what it is, only its own subscription tells.
    if (place.subscription.toLowerCase() !== subscription.toLowerCase()) return { ...common, arch: [] };
    const [{ architecture = 'x64', hyperVGeneration, purchasePlan }, { storageProfile, publishingProfile }] = await Promise.all([
      azure.galleryImage(place, signal),
      azure.galleryVersion(place, signal),
    ]);
    const { publishedDate, targetRegions = [] } = publishingProfile ?? {};
    const regions = targetRegions.map(({ name }) => name.toLowerCase().replaceAll(' ', ''));
    return {
      ...common,
      arch: [archOf(architecture)],
      ...sized(storageProfile?.osDiskImage?.sizeInGB),
      ...booted(hyperVGeneration),
      ...(regions.length > 0 && { regions }),
      ...(publishedDate && { createdAt: new Date(publishedDate).toISOString() }),
      ...(purchasePlan && { exportable: false }),
      ...keyed(...targetRegions.map(({ encryption }) => encryption?.osDiskImage?.diskEncryptionSetId)),
    };
  }
  const { architecture = 'x64', hyperVGeneration, plan } = await azure.marketImage(place, signal);
  return { ...common, arch: [archOf(architecture)], ...booted(hyperVGeneration), ...(plan && { exportable: false }) };
}

function sized(diskGib: number | undefined): Pick<Image, 'diskGib'> {
  return diskGib === undefined ? {} : { diskGib };
}

const BOOT: Readonly<Record<string, readonly BootMode[]>> = { V1: ['bios'], V2: ['uefi'] };

function booted(boots: string | undefined): Pick<Image, 'boots' | 'boot'> {
  const boot = BOOT[boots ?? ''];
  return { ...(boots !== undefined && { boots }), ...(boot && { boot }) };
}

function keyed(...keys: readonly (string | undefined)[]): Pick<Image, 'keys'> {
  const known = [...new Set(keys.filter((each) => each !== undefined))];
  return known.length === 0 ? {} : { keys: known };
}
