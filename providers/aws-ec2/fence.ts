import type { Instance } from '@aws-sdk/client-ec2';
import { DriverError } from '../errors.ts';
import { idOf } from './instances.ts';
import type { Site } from './site.ts';
import { TAG } from './tags.ts';

/** In one order. */
export function groupsOf({ SecurityGroups = [], NetworkInterfaces = [] }: Instance): string[] {
  const groups = SecurityGroups.length > 0 ? SecurityGroups : (NetworkInterfaces[0]?.Groups ?? []);
  return groups.flatMap(({ GroupId }) => GroupId ?? []).toSorted();
}

/** What it had is written down on it before it is taken away. Tracked connections outlive it: whoever asks for a fence must probe. */
export async function fenceOn(site: Site, instance: Instance, signal: AbortSignal): Promise<void> {
  const { ec2, config } = site;
  const groups = groupsOf(instance);
  if (config.fence === undefined || groups.join() === config.fence) return;
  if ((instance.NetworkInterfaces?.length ?? 0) > 1)
    throw new DriverError('Unsupported', `${idOf(instance)} has several network interfaces: isolate it by hand`);
  await ec2.createTags({ Resources: [idOf(instance)], Tags: [{ Key: TAG.groups, Value: groups.join(' ') }] }, signal);
  await ec2.modifyInstanceAttribute({ InstanceId: idOf(instance), Groups: [config.fence] }, signal);
}

/** Gives back the groups that it had. One that was never isolated is left as it is. */
export async function fenceOff(site: Site, instance: Instance, signal: AbortSignal): Promise<void> {
  const groups = instance.Tags?.find(({ Key }) => Key === TAG.groups)?.Value;
  if (groups === undefined) return;
  await site.ec2.modifyInstanceAttribute({ InstanceId: idOf(instance), Groups: groups.split(' ') }, signal);
  await site.ec2.deleteTags({ Resources: [idOf(instance)], Tags: [{ Key: TAG.groups }] }, signal);
}
