import type { NetworkInterface } from '@azure/arm-network';
import { DriverError } from '../errors.ts';
import { type Machine, plain } from './machines.ts';
import type { Site } from './site.ts';
import { checkTag, TAG, tagOf } from './tags.ts';

const NONE = 'none';

/** In one order. */
export function groupsOf({ nics }: Machine): string[] {
  return nics.map((nic) => plain(nic.networkSecurityGroup?.id)).toSorted();
}

export function isFenced(machine: Machine, fence: string | undefined): boolean {
  return fence !== undefined && machine.nics.length > 0 && groupsOf(machine).every((group) => group === plain(fence));
}

/** Whether what an interface had before its isolation is still written down on it. */
export function isMarkedFenced({ nics }: Machine): boolean {
  return nics.some(({ tags }) => tagOf(tags, TAG.group) !== undefined);
}

/** What it had is written down on its interface in the request that takes it away. Established flows may outlive it: whoever asks for a fence must probe. */
export async function fenceOn(site: Site, machine: Machine, signal: AbortSignal): Promise<void> {
  const { fence } = site.config;
  if (fence === undefined || isFenced(machine, fence)) return;
  if (machine.nics.length === 0 || machine.nics.length < (machine.model.networkProfile?.networkInterfaces?.length ?? 0))
    throw new DriverError('Unsupported', `${machine.name} has a network interface in another resource group: isolate it by hand`);
  await Promise.all(
    machine.nics
      .filter((nic) => plain(nic.networkSecurityGroup?.id) !== plain(fence))
      .map((nic) => {
        const before = nic.networkSecurityGroup?.id ?? NONE;
        checkTag(TAG.group, before);
        return put(site, nic, fence, { ...nic.tags, [TAG.group]: before }, signal);
      }),
  );
}

/** Gives back the group that it had. One that was never isolated is left as it is. */
export async function fenceOff(site: Site, { nics }: Machine, signal: AbortSignal): Promise<void> {
  await Promise.all(
    nics.map(async (nic) => {
      const before = tagOf(nic.tags, TAG.group);
      if (before === undefined) return;
      const rest = Object.fromEntries(Object.entries(nic.tags ?? {}).filter(([key]) => key.toLowerCase() !== TAG.group));
      await put(site, nic, before === NONE ? undefined : before, rest, signal);
    }),
  );
}

/** An interface is written as a whole: as it was read, but for this. */
async function put({ azure }: Site, nic: NetworkInterface, group: string | undefined, tags: Record<string, string>, signal: AbortSignal): Promise<void> {
  const written: NetworkInterface = { ...nic, tags };
  if (group === undefined) delete written.networkSecurityGroup;
  else written.networkSecurityGroup = { id: group };
  await azure.changeNic(nic.name ?? '', written, signal);
}
