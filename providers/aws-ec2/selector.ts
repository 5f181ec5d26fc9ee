import type { Instance } from '@aws-sdk/client-ec2';
import { DriverError } from '../errors.ts';
import type { PowerRef } from '../spec.ts';
import { idOf, instances, seenAs, stateOf } from './instances.ts';
import type { Site } from './site.ts';
import { literally } from './tags.ts';

/** What a power reference means, without what is gone: `tag:Key=Value`, `i-…`, or what Muster has put there. In one order. */
export async function standing(site: Site, ref: PowerRef, signal: AbortSignal): Promise<Instance[]> {
  const found = 'id' in ref ? (await seenAs(site, ref.id, signal)).ours.map(({ instance }) => instance) : await selected(site, ref.selector, signal);
  return found.filter((each) => !['shutting-down', 'terminated'].includes(stateOf(each))).toSorted((a, b) => (idOf(a) < idOf(b) ? -1 : 1));
}

async function selected(site: Site, selector: string, signal: AbortSignal): Promise<Instance[]> {
  const found: Instance[] = [];
  for await (const instance of instances(site, [filterOf(selector)], signal)) found.push(instance);
  return found;
}

function filterOf(selector: string): { Name: string; Values: string[] } {
  if (/^i-[0-9a-f]+$/.test(selector)) return { Name: 'instance-id', Values: [selector] };
  const [, key, value] = /^tag:([^=]+)=(.+)$/s.exec(selector) ?? [];
  if (key === undefined || value === undefined)
    throw new DriverError('Invalid', `${JSON.stringify(selector)} selects nothing: write tag:Key=Value or an instance id`);
  return { Name: `tag:${key}`, Values: [literally(value)] };
}
