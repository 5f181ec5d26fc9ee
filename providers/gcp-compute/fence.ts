import { DriverError } from '../errors.ts';
import type { Instance } from './answers.ts';
import type { Site } from './site.ts';

/** Before the network tags that an isolated instance had: no firewall rule is for them, and they are given back from there. */
const WAS = 'muster-was-';
/** Most characters of a network tag. */
const LONGEST = 63;

/** It carries the fence's tag, and no other that a firewall rule may be for. */
export function isFenced({ tags }: Instance, fence: string | undefined): boolean {
  return fence !== undefined && tags.items.includes(fence) && tags.items.every((tag) => tag === fence || tag.startsWith(WAS));
}

/** One change that keeps what it takes away. Tracked connections may outlive it: whoever asks for a fence must probe. */
export async function fenceOn(site: Site, instance: Instance, signal: AbortSignal): Promise<void> {
  const { fence } = site.config;
  if (fence === undefined || isFenced(instance, fence)) return;
  const kept = instance.tags.items.filter((tag) => tag !== fence).map((tag) => (tag.startsWith(WAS) ? tag : `${WAS}${tag}`));
  const long = kept.find((tag) => tag.length > LONGEST);
  if (long !== undefined)
    throw new DriverError('Unsupported', `${instance.name} has the network tag ${long.slice(WAS.length)}, too long to be kept aside: isolate it by hand`);
  await setTags(site, instance, [fence, ...kept], signal);
}

/** Gives back the tags that it had. One that was never isolated is left as it is. */
export async function fenceOff(site: Site, instance: Instance, signal: AbortSignal): Promise<void> {
  const { fence } = site.config;
  if (!isFenced(instance, fence)) return;
  const tags = instance.tags.items.flatMap((tag) => (tag.startsWith(WAS) ? [tag.slice(WAS.length)] : []));
  await setTags(site, instance, tags, signal);
}

/** Refused when somebody changed them since they were read. */
async function setTags({ gce }: Site, { zone, name, tags }: Instance, items: string[], signal: AbortSignal): Promise<void> {
  await gce.setTags({ zone, instance: name, tagsResource: { items, ...(tags.fingerprint !== undefined && { fingerprint: tags.fingerprint }) } }, signal);
}
