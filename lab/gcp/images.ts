import { type Json, jsonOf } from './json.ts';
import { lastOf, linkOf, newId, stamp } from './names.ts';
import { refusals } from './refusal.ts';

export interface Image {
  /** Full. */
  readonly name: string;
  readonly family: string;
  readonly architecture: 'X86_64' | 'ARM64';
  readonly diskSizeGb: number;
  readonly createdAt: number;
  readonly deprecated?: string | undefined;
  readonly id: string;
}

const DAY_MS = 86_400_000;

/** Two of a family, the older one deprecated, and one for Arm. */
export function imagesOf(project: string): Image[] {
  const make = (name: string, rest: Omit<Image, 'name' | 'id' | 'createdAt' | 'diskSizeGb'>, days: number): Image => ({
    name: `projects/${project}/global/images/${name}`,
    diskSizeGb: 10,
    createdAt: Date.now() - days * DAY_MS,
    id: newId(),
    ...rest,
  });
  const newest = make('base-v2', { family: 'base', architecture: 'X86_64' }, 20);
  return [
    make('base-v1', { family: 'base', architecture: 'X86_64', deprecated: newest.name }, 200),
    newest,
    make('base-arm64-v1', { family: 'base-arm64', architecture: 'ARM64' }, 20),
  ];
}

/** The image behind a name or a family, whose newest one that is not deprecated it is. */
export function imageNamed(images: readonly Image[], name: string): Image {
  const family = /\/images\/family\/([^/]+)$/.exec(name)?.[1];
  const found =
    family === undefined
      ? images.find((each) => each.name === name)
      : newestOf(images.filter((each) => each.family === family && each.deprecated === undefined));
  if (!found) throw refusals.notFound(name);
  return found;
}

function newestOf(images: readonly Image[]): Image | undefined {
  return images.toSorted((a, b) => b.createdAt - a.createdAt)[0];
}

export function imageView({ name, family, architecture, diskSizeGb, createdAt, deprecated, id }: Image): Json {
  return jsonOf({
    kind: 'compute#image',
    id,
    name: lastOf(name),
    selfLink: linkOf(name),
    creationTimestamp: stamp(createdAt),
    description: 'An image of the lab: Linux with cloud-init',
    family,
    architecture,
    diskSizeGb: String(diskSizeGb),
    archiveSizeBytes: String(512 << 20),
    sourceType: 'RAW',
    status: 'READY',
    storageLocations: ['eu'],
    guestOsFeatures: [{ type: 'UEFI_COMPATIBLE' }, { type: 'VIRTIO_SCSI_MULTIQUEUE' }, { type: 'GVNIC' }],
    labelFingerprint: '42WmSpB8rSM=',
    ...(deprecated === undefined ? {} : { deprecated: { state: 'DEPRECATED', replacement: linkOf(deprecated) } }),
  });
}
