import { DOCUMENT } from './document.ts';
import type { Disk } from './disks.ts';
import { type Image, imageNamed } from './images.ts';
import type { MetadataItem } from './instances.ts';
import { type Json, jsonOf, listOf, says, textOf } from './json.ts';
import { type MachineType, machineTypesIn } from './machineTypes.ts';
import { lastOf, nameFrom } from './names.ts';
import { Refusal, refusals } from './refusal.ts';
import { labelsOf, metadataOf, tagsOf } from './rules.ts';
import { networkName, subnetworkName, type World } from './world.ts';

export type DiskDraft = {
  readonly boot: boolean;
  readonly autoDelete: boolean;
  readonly deviceName?: string;
  readonly mode: string;
  readonly labels: Readonly<Record<string, string>>;
} & (
  | { readonly kind: 'new'; readonly name?: string; readonly sizeGb: number; readonly type: string; readonly image?: Image }
  | { readonly kind: 'existing'; readonly disk: Disk }
);

/** What an instance is to be, all references resolved. */
export interface Draft {
  readonly machineType: MachineType;
  readonly disks: readonly DiskDraft[];
  readonly external: boolean;
  readonly labels: Readonly<Record<string, string>>;
  readonly metadata: readonly MetadataItem[];
  readonly tags: readonly string[];
  readonly deletionProtection: boolean;
  readonly asked: Json;
}

const READ = ['name', 'machineType', 'disks', 'networkInterfaces', 'labels', 'metadata', 'tags', 'deletionProtection', 'zone'];
const GIVEN_BACK = [
  'description',
  'scheduling',
  'serviceAccounts',
  'shieldedInstanceConfig',
  'canIpForward',
  'minCpuPlatform',
  'hostname',
  'displayDevice',
  'shieldedInstanceIntegrityPolicy',
  'confidentialInstanceConfig',
  'advancedMachineFeatures',
];

/** The body of an insert, or the properties of a bulk insert, whose types are named without an address. Throws a Refusal. */
export function draftOf(world: World, zone: string, body: Json, field: string, form: 'insert' | 'bulk'): Draft {
  const asked: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(body)) {
    if (!says(value) || READ.includes(key) || DOCUMENT.schemas.Instance?.properties?.[key]?.readOnly) continue;
    if (!GIVEN_BACK.includes(key)) throw refusals.invalid(`${field}.${key}`, '', 'Google knows this field, this lab does not.');
    asked[key] = value;
  }
  const machineType = machineTypeOf(world, zone, body, field, form);
  const disks = listOf(body.disks).map((disk, index) => diskOf(world, zone, disk, `${field}.disks[${index}]`, form));
  const [first] = disks;
  if (!first) throw refusals.invalid(`${field}.disks`, '', 'No disks are specified.');
  if (!first.boot) throw refusals.invalid(`${field}.disks[0].boot`, 'false', 'Boot disk must be the first disk attached to the instance.');
  const image = first.kind === 'new' ? first.image : undefined;
  if (image && image.architecture !== machineType.architecture) {
    throw refusals.invalid(
      `${field}.machineType`,
      machineType.name,
      `The selected machine type (${machineType.name}) has an instruction set architecture that is not compatible with the architecture of the boot disk image (${image.architecture}).`,
    );
  }
  const [nic, ...more] = listOf(body.networkInterfaces);
  if (!nic) throw refusals.invalid(`${field}.networkInterfaces`, '', 'At least one network interface is required.');
  if (more.length > 0) throw refusals.invalid(`${field}.networkInterfaces`, '', 'This lab has instances with one network interface.');
  checkNetwork(world, nic, `${field}.networkInterfaces[0]`);
  return {
    machineType,
    disks,
    external: listOf(nic.accessConfigs).length > 0,
    labels: labelsOf(body.labels, `${field}.labels`),
    metadata: metadataOf(body.metadata, `${field}.metadata`),
    tags: tagsOf(body.tags, `${field}.tags`),
    deletionProtection: body.deletionProtection === true,
    asked,
  };
}

function machineTypeOf({ project, zones }: World, zone: string, body: Json, field: string, form: 'insert' | 'bulk'): MachineType {
  const given = textOf(body.machineType);
  if (given === undefined) throw refusals.required(`${field}.machineType`);
  // So the document says of InstanceProperties.
  if (form === 'bulk' && given.includes('/')) throw new Refusal(500, 'internalError', 'Internal error. Please try again or contact Google Support.');
  const name =
    form === 'bulk' ? `projects/${project}/zones/${zone}/machineTypes/${given}` : nameFrom(given, 'machineTypes', { project, zone }, `${field}.machineType`);
  const found = machineTypesIn(zone, zones).find((each) => each.name === lastOf(name));
  if (!found || !name.startsWith(`projects/${project}/zones/${zone}/`)) {
    throw refusals.invalid(`${field}.machineType`, given, 'The referenced machineType resource cannot be found.');
  }
  return found;
}

const DISK_TYPES = ['pd-standard', 'pd-balanced', 'pd-ssd'];

function diskOf(world: World, zone: string, disk: Json, field: string, form: 'insert' | 'bulk'): DiskDraft {
  const { project } = world;
  const deviceName = textOf(disk.deviceName);
  const common = {
    boot: disk.boot === true,
    // Who does not ask for it keeps the disk, and pays for it.
    autoDelete: disk.autoDelete === true,
    ...(deviceName === undefined ? {} : { deviceName }),
    mode: textOf(disk.mode) ?? 'READ_WRITE',
    labels: labelsOf(jsonOf(disk.initializeParams).labels, `${field}.initializeParams.labels`),
  };
  if (disk.type === 'SCRATCH') throw refusals.invalid(`${field}.type`, 'SCRATCH', 'This lab has no local disks.');
  const source = textOf(disk.source);
  // One disk is not for many instances.
  const single = source ?? textOf(jsonOf(disk.initializeParams).diskName);
  if (form === 'bulk' && single !== undefined) throw refusals.invalid(field, single, 'A disk cannot be named for instances that are created in bulk.');
  if (source !== undefined) {
    const found = world.disks.get(nameFrom(source, 'disks', { project, zone }, `${field}.source`));
    if (!found) throw refusals.invalid(`${field}.source`, source, 'The referenced disk resource cannot be found.');
    if (found.user !== undefined) throw refusals.inUse(found.name, found.user);
    return { ...common, kind: 'existing', disk: found };
  }
  const { diskName, diskSizeGb, diskType, sourceImage } = jsonOf(disk.initializeParams);
  const image = imageOf(world, textOf(sourceImage), `${field}.initializeParams.sourceImage`, common.boot);
  const sizeGb = diskSizeGb === undefined ? (image?.diskSizeGb ?? 500) : Number(diskSizeGb);
  if (image && sizeGb < image.diskSizeGb) {
    throw refusals.invalid(
      `${field}.initializeParams.diskSizeGb`,
      String(diskSizeGb),
      `Requested disk size cannot be smaller than the image size (${image.diskSizeGb} GB)`,
    );
  }
  const name = textOf(diskName);
  const there = name === undefined ? undefined : world.disks.get(`projects/${project}/zones/${zone}/disks/${name}`);
  // The document says so: an existing disk of that name is attached.
  if (there?.user !== undefined) throw refusals.inUse(there.name, there.user);
  if (there) return { ...common, kind: 'existing', disk: there };
  return {
    ...common,
    kind: 'new',
    ...(name === undefined ? {} : { name }),
    sizeGb,
    type: diskTypeOf(textOf(diskType), { project, zone }, `${field}.initializeParams.diskType`, form),
    ...(image === undefined ? {} : { image }),
  };
}

function diskTypeOf(given: string | undefined, { project, zone }: { project: string; zone: string }, field: string, form: 'insert' | 'bulk'): string {
  if (given === undefined) return 'pd-standard';
  const type = form === 'bulk' ? given : lastOf(nameFrom(given, 'diskTypes', { project, zone }, field));
  if (!DISK_TYPES.includes(type)) throw refusals.invalid(field, given, 'The referenced diskType resource cannot be found.');
  return type;
}

function imageOf({ images, project }: World, given: string | undefined, field: string, boot: boolean): Image | undefined {
  if (given === undefined) {
    if (boot) throw refusals.invalid(field, '', 'One of sourceImage, sourceSnapshot or source is required for a boot disk.');
    return undefined;
  }
  try {
    return imageNamed(images, nameFrom(given, 'images', { project }, field));
  } catch (error) {
    if (error instanceof Refusal && error.status === 404) throw refusals.invalid(field, given, 'The referenced image resource cannot be found.');
    throw error;
  }
}

function checkNetwork(world: World, nic: Json, field: string): void {
  const { project } = world;
  for (const [key, collection, only] of [
    ['network', 'networks', networkName(world)],
    ['subnetwork', 'subnetworks', subnetworkName(world)],
  ] as const) {
    const given = textOf(nic[key]);
    if (given !== undefined && nameFrom(given, collection, { project }, `${field}.${key}`) !== only) {
      throw refusals.invalid(`${field}.${key}`, given, `The referenced ${key} resource cannot be found.`);
    }
  }
  // The network is in custom subnet mode: then the document requires one.
  if (textOf(nic.subnetwork) === undefined) {
    throw refusals.invalid(`${field}.subnetwork`, '', 'Subnetwork should be specified for custom subnetmode network');
  }
  if (textOf(nic.networkIP) !== undefined) throw refusals.invalid(`${field}.networkIP`, String(nic.networkIP), 'This lab gives addresses, it takes none.');
}
