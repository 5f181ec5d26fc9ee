import { ArmError } from '../armError.ts';
import type { Cloud } from '../cloud.ts';
import type { Vm } from './vm.ts';

/** Another request on the same machine goes on. As it came to others: https://github.com/microsoft/onefuzz/issues/2124 */
export function conflict(): ArmError {
  return new ArmError(
    409,
    'Conflict',
    'The request failed due to conflict with a concurrent request. To resolve it, please refer to https://aka.ms/activitylog to get more details on the conflicting requests.',
  );
}

/** As it came to others: https://github.com/Azure/azure-sdk-for-python/issues/2702 */
export function markedForDeletion(action: string, { name }: Vm): ArmError {
  return new ArmError(
    409,
    'OperationNotAllowed',
    `Operation '${action}' is not allowed on VM '${name}' since the VM is marked for deletion. You can only retry the Delete operation (or wait for an ongoing one to complete).`,
  );
}

/** https://learn.microsoft.com/troubleshoot/azure/virtual-machines/windows/allocation-failure: only the operation tells it. */
export function noCapacity(zones: readonly string[] | undefined): ArmError {
  const [code, where] = zones ? ['ZonalAllocationFailed', 'this zone'] : ['AllocationFailed', 'this region'];
  return new ArmError(
    409,
    code,
    `Allocation failed. We do not have sufficient capacity for the requested VM size in ${where}. Read more about improving likelihood of allocation success at http://aka.ms/allocation-guidance`,
  );
}

/** https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/error-sku-not-available */
export function skuNotAvailable(size: string, { location }: Cloud, zones: readonly string[] | undefined): ArmError {
  return new ArmError(
    409,
    'SkuNotAvailable',
    `The requested VM size for resource 'Following SKUs have failed for Capacity Restrictions: ${size}' is currently not available in location '${location}'${zones ? ` zones '${zones.join(',')}'` : ''}. Please try another size or deploy to a different location or different zone. See https://aka.ms/azureskunotavailable for details.`,
  );
}

/** https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/error-resource-quota */
export function overQuota(what: string, { location }: Cloud, limit: number, usage: number, needed: number): ArmError {
  return new ArmError(
    409,
    'OperationNotAllowed',
    `Operation could not be completed as it results in exceeding approved ${what} quota. Additional details - Deployment Model: Resource Manager, Location: ${location}, Current Limit: ${limit}, Current Usage: ${usage}, Additional Required: ${needed}, (Minimum) New Limit Required: ${usage + needed}. Please read more about quota limits at https://docs.microsoft.com/en-us/azure/azure-supportability/regional-quota-requests`,
  );
}
