import { DriverError } from '../errors.ts';
import type { ImageFacts } from '../spec.ts';
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
    const { storageProfile, hyperVGeneration } = await azure.managedImage(place, signal);
    // Azure makes managed images of x64 machines only.
    return { ...common, arch: ['amd64'], ...sized(storageProfile?.osDisk?.diskSizeGB), ...booted(hyperVGeneration ?? 'V1') };
  }
  if (place.kind === 'gallery') {
    // It can be started from, with the right to; what it is, only its own subscription tells.
    if (place.subscription.toLowerCase() !== subscription.toLowerCase()) return { ...common, arch: [] };
    const [{ architecture = 'x64', hyperVGeneration }, { storageProfile }] = await Promise.all([
      azure.galleryImage(place, signal),
      azure.galleryVersion(place, signal),
    ]);
    return { ...common, arch: [archOf(architecture)], ...sized(storageProfile?.osDiskImage?.sizeInGB), ...booted(hyperVGeneration) };
  }
  const { architecture = 'x64', hyperVGeneration } = await azure.marketImage(place, signal);
  return { ...common, arch: [archOf(architecture)], ...booted(hyperVGeneration) };
}

function sized(diskGib: number | undefined): Pick<Image, 'diskGib'> {
  return diskGib === undefined ? {} : { diskGib };
}

function booted(boots: string | undefined): Pick<Image, 'boots'> {
  return boots === undefined ? {} : { boots };
}
