import { ArmError } from '../armError.ts';
import { at, isObject, type JsonObject } from '../json.ts';

interface Link {
  readonly action: string;
  readonly id: string;
}

/**
 * What a request ties to itself needs a right of its own there:
 * https://learn.microsoft.com/azure/role-based-access-control/permissions/networking
 */
export function linksOf(operation: string, body: unknown): Link[] {
  return (LINKS[operation]?.(body) ?? []).flatMap(([action, id]) => (typeof id === 'string' ? [{ action, id }] : []));
}

const LINKS: Readonly<Record<string, (body: unknown) => [action: string, id: unknown][]>> = {
  VirtualMachines_CreateOrUpdate: (body) => [
    ['Microsoft.Compute/images/read', at(body, 'properties', 'storageProfile', 'imageReference', 'id')],
    ...listAt(body, 'properties', 'networkProfile', 'networkInterfaces').map((each): [string, unknown] => [
      'Microsoft.Network/networkInterfaces/join/action',
      at(each, 'id'),
    ]),
    ...Object.keys(objectAt(body, 'identity', 'userAssignedIdentities')).map((id): [string, unknown] => [
      'Microsoft.ManagedIdentity/userAssignedIdentities/assign/action',
      id,
    ]),
    // Of interfaces that are made along with it.
    ...listAt(body, 'properties', 'networkProfile', 'networkInterfaceConfigurations').flatMap(interfaceLinks),
  ],
  NetworkInterfaces_CreateOrUpdate: interfaceLinks,
};

function interfaceLinks(body: unknown): [action: string, id: unknown][] {
  return [
    ['Microsoft.Network/networkSecurityGroups/join/action', at(body, 'properties', 'networkSecurityGroup', 'id')],
    ...listAt(body, 'properties', 'ipConfigurations').flatMap((each): [string, unknown][] => [
      ['Microsoft.Network/virtualNetworks/subnets/join/action', at(each, 'properties', 'subnet', 'id')],
      ['Microsoft.Network/publicIPAddresses/join/action', at(each, 'properties', 'publicIPAddress', 'id')],
    ]),
  ];
}

/** https://learn.microsoft.com/azure/role-based-access-control/troubleshooting */
export function linkDenied(objectId: string, action: string, scope: string, { action: linked, id }: Link): ArmError {
  return new ArmError(
    403,
    'LinkedAuthorizationFailed',
    `The client '${objectId}' with object id '${objectId}' has permission to perform action '${action}' on scope '${scope}'; however, it does not have permission to perform action(s) '${linked}' on the linked scope(s) '${id}' (respectively) or the linked scope(s) are invalid.`,
  );
}

function objectAt(value: unknown, ...path: readonly string[]): JsonObject {
  const found = at(value, ...path);
  return isObject(found) ? found : {};
}

function listAt(value: unknown, ...path: readonly string[]): unknown[] {
  const found = at(value, ...path);
  return Array.isArray(found) ? found : [];
}
