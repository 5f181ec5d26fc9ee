import { isDeepStrictEqual } from 'node:util';
import { ArmError } from '../armError.ts';
import { at } from '../json.ts';
import type { Vm, VmProperties } from './vm.ts';

/** What is fixed at the making: https://learn.microsoft.com/rest/api/compute/virtual-machines/create-or-update */
const FIXED = [
  ['osProfile', 'computerName'],
  ['osProfile', 'adminUsername'],
  ['osProfile', 'adminPassword'],
  ['osProfile', 'customData'],
  ['osProfile', 'linuxConfiguration', 'ssh'],
  ['storageProfile', 'imageReference'],
  ['storageProfile', 'osDisk', 'name'],
  ['storageProfile', 'osDisk', 'createOption'],
  ['availabilitySet'],
  ['priority'],
] as const;

/** Left out is unchanged. */
export function checkUnchangeable(vm: Vm, shown: unknown, next: VmProperties, zones: readonly string[] | undefined): void {
  for (const path of FIXED) {
    const wanted = at(next, ...path);
    // The service fills in what was left open at the making.
    const now = at(vm.properties, ...path) ?? at(shown, 'properties', ...path);
    if (wanted === undefined || isDeepStrictEqual(wanted, now)) continue;
    throw changed(path.length > 1 && path[0] === 'osProfile' ? (path.at(-1) ?? '') : path.slice(path[0] === 'storageProfile' ? 1 : 0).join('.'));
  }
  if (zones && !isDeepStrictEqual(zones, vm.zones)) throw changed('zones');
}

function changed(property: string): ArmError {
  return new ArmError(409, 'PropertyChangeNotAllowed', `Changing property '${property}' is not allowed.`, { target: property });
}
