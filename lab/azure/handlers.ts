import type { Handler } from './ask.ts';
import { skus, usages, vmSizes } from './compute/catalogue.ts';
import { patchVm, putVm } from './compute/changeVm.ts';
import { deleteVm } from './compute/deleteVm.ts';
import { deleteDisk, getDisk, listDisks, patchDisk, putDisk } from './compute/disks.ts';
import { getImage, listImages } from './compute/images.ts';
import { deallocateVm, powerOffVm, restartVm, startVm } from './compute/power.ts';
import { getVm, instanceView, listAllVms, listVms, listVmsByLocation } from './compute/vms.ts';
import { deleteNic, getNic, listNics, putNic, tagNic } from './network/nics.ts';
import { deletePublicIp, getPublicIp, listPublicIps, putPublicIp, tagPublicIp } from './network/publicIps.ts';
import { getSecurityGroup, listSecurityGroups } from './network/securityGroups.ts';
import { getNetwork, getSubnet, listNetworks, listSubnets } from './network/virtualNetworks.ts';

/** What the lab does of all that Microsoft describes. */
export const handlers: Readonly<Record<string, Handler>> = {
  VirtualMachines_CreateOrUpdate: putVm,
  VirtualMachines_Update: patchVm,
  VirtualMachines_Get: getVm,
  VirtualMachines_InstanceView: instanceView,
  VirtualMachines_List: listVms,
  VirtualMachines_ListAll: listAllVms,
  VirtualMachines_ListByLocation: listVmsByLocation,
  VirtualMachines_Delete: deleteVm,
  VirtualMachines_Start: startVm,
  VirtualMachines_PowerOff: powerOffVm,
  VirtualMachines_Deallocate: deallocateVm,
  VirtualMachines_Restart: restartVm,
  VirtualMachineSizes_List: vmSizes,
  ResourceSkus_List: skus,
  Usage_List: usages,
  Images_Get: getImage,
  Images_List: listImages,
  Images_ListByResourceGroup: listImages,
  Disks_CreateOrUpdate: putDisk,
  Disks_Update: patchDisk,
  Disks_Get: getDisk,
  Disks_List: listDisks,
  Disks_ListByResourceGroup: listDisks,
  Disks_Delete: deleteDisk,
  NetworkInterfaces_CreateOrUpdate: putNic,
  NetworkInterfaces_UpdateTags: tagNic,
  NetworkInterfaces_Get: getNic,
  NetworkInterfaces_List: listNics,
  NetworkInterfaces_ListAll: listNics,
  NetworkInterfaces_Delete: deleteNic,
  PublicIPAddresses_CreateOrUpdate: putPublicIp,
  PublicIPAddresses_UpdateTags: tagPublicIp,
  PublicIPAddresses_Get: getPublicIp,
  PublicIPAddresses_List: listPublicIps,
  PublicIPAddresses_ListAll: listPublicIps,
  PublicIPAddresses_Delete: deletePublicIp,
  NetworkSecurityGroups_Get: getSecurityGroup,
  NetworkSecurityGroups_List: listSecurityGroups,
  NetworkSecurityGroups_ListAll: listSecurityGroups,
  VirtualNetworks_Get: getNetwork,
  VirtualNetworks_List: listNetworks,
  VirtualNetworks_ListAll: listNetworks,
  Subnets_Get: getSubnet,
  Subnets_List: listSubnets,
};
