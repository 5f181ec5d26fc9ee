import type { Ask } from '../ask.ts';
import { ArmError } from '../armError.ts';
import type { Cloud } from '../cloud.ts';
import type { Nic } from '../network/nic.ts';
import { checkFree } from '../network/nics.ts';
import { coresUsed } from './catalogue.ts';
import { checkOs, checkUserData, missing } from './checkOs.ts';
import type { Image } from './images.ts';
import { ownConfigurations } from './ownNics.ts';
import { overQuota, skuNotAvailable } from './refusals.ts';
import { type Size, SIZES, sizeOf } from './sizes.ts';
import type { VmProperties } from './vm.ts';

export interface Wanted {
  readonly size: Size;
  readonly image?: Image;
  readonly nics: readonly Nic[];
}

/** What a new machine needs to be there and right. */
export function checkVm(cloud: Cloud, id: string, properties: VmProperties, zones: readonly string[] | undefined): Wanted {
  const size = wantedSize(properties, cloud);
  const { osDisk, imageReference } = properties.storageProfile ?? {};
  if (!properties.storageProfile) throw missing('storageProfile');
  if (!osDisk) throw missing('storageProfile.osDisk');
  const attached = osDisk.createOption === 'Attach';
  if (!attached && !imageReference) throw missing('storageProfile.imageReference');
  if (attached && properties.osProfile) throw new ArmError(400, 'InvalidParameter', "Parameter 'osProfile' is not allowed.", { target: 'osProfile' });
  const image = attached ? undefined : wantedImage(cloud, imageReference?.id);
  if (size.arch !== 'x64')
    throw new ArmError(
      400,
      'BadRequest',
      `Cannot create a VM of size '${size.name}' because this VM size only supports a CPU Architecture of '${size.arch}', but an image or disk given as input has CPU Architecture 'x64'. Please specify a VM size that supports 'x64'.`,
    );
  const { diskSizeGB } = osDisk;
  if (image && diskSizeGB !== undefined && diskSizeGB < image.sizeGiB)
    throw new ArmError(
      400,
      'OperationNotAllowed',
      `The specified disk size ${diskSizeGB} GB is smaller than the size of the corresponding disk in the VM image: ${image.sizeGiB} GB. This is not allowed. Please choose equal or greater size or do not specify an explicit size.`,
    );
  if (attached) checkUserData(properties.userData);
  else checkOs(properties);
  ownConfigurations(properties);
  const nics = wantedNics(cloud, id, properties);
  if (size.closed || size.closedZones?.some((zone) => zones?.includes(zone))) throw skuNotAvailable(size.name, cloud, zones);
  return { size, ...(image && { image }), nics };
}

/** All cores of the location, and those of the family. A planted refusal comes as if none were left. */
export function checkQuota({ cloud, fault }: Ask, size: Size, before = 0): void {
  const needed = size.cores - before;
  const total = coresUsed(cloud);
  const family = coresUsed(cloud, size.family);
  if (fault?.kind === 'quota') throw overQuota('Total Regional Cores', cloud, total, total, needed);
  if (total + needed > cloud.coreLimit) throw overQuota('Total Regional Cores', cloud, cloud.coreLimit, total, needed);
  if (family + needed > cloud.coreLimit) throw overQuota(`${size.family} Cores`, cloud, cloud.coreLimit, family, needed);
}

export function wantedSize({ hardwareProfile }: VmProperties, { location }: Cloud): Size {
  const name = hardwareProfile?.vmSize;
  if (name === undefined) throw missing('hardwareProfile.vmSize');
  const size = sizeOf(name);
  if (!size)
    throw new ArmError(
      400,
      'InvalidParameter',
      `The value ${name} provided for the VM size is not valid. The valid sizes in the current region are: ${SIZES.map((each) => each.name).join(',')}. Find out more on the valid VM sizes in each region at https://aka.ms/azure-regions. (${location})`,
      { target: 'vmSize' },
    );
  return size;
}

function wantedImage(cloud: Cloud, id: string | undefined): Image {
  const image = cloud.images.get(id);
  if (image) return image;
  throw id === undefined
    ? new ArmError(404, 'PlatformImageNotFound', 'The platform image is not available. Verify that all fields in the storage profile are correct.', {
        target: 'imageReference',
      })
    : new ArmError(404, 'NotFound', `The Image '${id}' cannot be found in '${cloud.location}' region.`, { target: 'imageReference' });
}

function wantedNics(cloud: Cloud, id: string, { networkProfile }: VmProperties): Nic[] {
  const references = networkProfile?.networkInterfaces ?? [];
  if (references.length === 0 && !networkProfile?.networkInterfaceConfigurations?.length) throw missing('networkProfile');
  if (references.length > 1 && references.filter(({ properties }) => properties?.primary).length !== 1)
    throw new ArmError(400, 'VirtualMachineMustHaveOneNetworkInterfaceAsPrimary', `Virtual machine ${id} must have one network interface set as the primary.`);
  return references.map((reference) => {
    const nic = cloud.nics.get(reference.id);
    if (!nic) throw new ArmError(404, 'NotFound', `Resource ${String(reference.id)} not found.`);
    checkFree(nic, id);
    if (nic.vm !== undefined && nic.vm.toLowerCase() !== id.toLowerCase())
      throw new ArmError(400, 'NicInUse', `Network Interface ${nic.id} is used by existing resource ${nic.vm}.`);
    if (nic.state === 'Deleting') throw new ArmError(404, 'NotFound', `Resource ${nic.id} not found.`);
    return nic;
  });
}
