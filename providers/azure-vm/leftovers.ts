import type { Disk } from '@azure/arm-compute';
import type { NetworkInterface, PublicIPAddress } from '@azure/arm-network';
import { isSame } from '../marks.ts';
import type { ResourceId } from '../spec.ts';
import { classify } from './errors.ts';
import { collected } from './machines.ts';
import { isDiskOf } from './names.ts';
import type { Site } from './site.ts';
import { markedBy } from './tags.ts';

/** What a machine had, where the machine itself is not (or no longer) there. Disks carry no tags from the start: they are known by name. */
export interface Leftovers {
  readonly nics: readonly NetworkInterface[];
  readonly addresses: readonly PublicIPAddress[];
  readonly disks: readonly Disk[];
}

export async function leftoversOf({ azure }: Site, id: ResourceId, nics: readonly NetworkInterface[], signal: AbortSignal): Promise<Leftovers> {
  const [addresses, disks] = await Promise.all([collected(azure.addresses(signal)), collected(azure.disks(signal))]);
  const isOurs = ({ tags }: NetworkInterface | PublicIPAddress): boolean => {
    const mark = markedBy(tags);
    return mark !== undefined && isSame(mark.id, id);
  };
  return { nics: nics.filter(isOurs), addresses: addresses.filter(isOurs), disks: disks.filter(({ name = '' }) => isDiskOf(id, name)) };
}

export function namesOf({ nics, addresses, disks }: Leftovers): string[] {
  return [...nics, ...addresses, ...disks].flatMap(({ name }) => name ?? []);
}

/** Those that nothing holds any more: an address goes after its interface. */
export async function removeLeftovers({ azure }: Site, { nics, addresses, disks }: Leftovers, signal: AbortSignal): Promise<void> {
  const free = (all: readonly { readonly name?: string; readonly provisioningState?: string }[]) =>
    all.flatMap(({ name, provisioningState }) => (name === undefined || provisioningState === 'Deleting' ? [] : [name]));
  await Promise.all([
    ...free(nics.filter(({ virtualMachine }) => !virtualMachine)).map((name) => unlessGone(azure.removeNic(name, signal))),
    ...free(addresses.filter(({ ipConfiguration }) => !ipConfiguration)).map((name) => unlessGone(azure.removeAddress(name, signal))),
    ...free(disks.filter(({ managedBy }) => managedBy === undefined)).map((name) => unlessGone(azure.removeDisk(name, signal))),
  ]);
}

/** Somebody else, Azure itself perhaps, was faster. */
export async function unlessGone(removal: Promise<void>): Promise<void> {
  await removal.catch((error: unknown) => {
    if (classify(error).code !== 'NotFound') throw error;
  });
}
