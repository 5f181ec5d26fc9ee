import { hashOf } from '../marks.ts';
import type { ResourceId } from '../spec.ts';

/** Which machine of a batch: `attempt` counts the zones that were tried for this replica, and after all of them those that were tried again for the next size. */
export interface Place {
  readonly replica: number;
  readonly attempt: number;
}

/** Names are known before anything is made: of letters that Azure takes everywhere, at most 63 of them. The resource group must not hold others of ours. */
export function machineName(id: ResourceId, { replica, attempt }: Place): string {
  return `${prefixOf(id)}${replica}${attempt > 0 ? `-z${attempt}` : ''}`;
}

/** What all machines, interfaces, addresses and disks of this id are called, and nothing else is. */
export function isNamedAfter(id: ResourceId, name: string): boolean {
  return name.toLowerCase().startsWith(prefixOf(id));
}

/** Whether a disk is one that `machineName` and `diskName` of this id give: others may be called alike. */
export function isDiskOf(id: ResourceId, disk: string): boolean {
  return isNamedAfter(id, disk) && /^\d+(-z\d+)?-os$/.test(disk.toLowerCase().slice(prefixOf(id).length));
}

export function diskName(machine: string): string {
  return `${machine}-os`;
}

function prefixOf(id: ResourceId): string {
  return `mu-${hashOf(id)}-`;
}
