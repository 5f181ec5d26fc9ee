import { DriverError } from '../errors.ts';
import type { PowerRef } from '../spec.ts';
import type { Instance } from './answers.ts';
import { compare, instances, is, seenAs } from './instances.ts';
import type { Site } from './site.ts';

/** What a power reference means: `label:key=value`, `name:zone/instance`, or what Muster has put there. In one order. */
export async function standing(site: Site, ref: PowerRef, signal: AbortSignal): Promise<Instance[]> {
  const found = 'id' in ref ? (await seenAs(site, ref.id, signal)).ours.map(({ instance }) => instance) : await selected(site, ref.selector, signal);
  return found.toSorted(compare);
}

async function selected(site: Site, selector: string, signal: AbortSignal): Promise<Instance[]> {
  const { filter, fits } = meaningOf(selector);
  const found: Instance[] = [];
  for await (const instance of instances(site, filter, signal)) if (fits(instance)) found.push(instance);
  return found;
}

/** A filter of Compute Engine may mean more than it says; what it gives is looked at again. */
function meaningOf(selector: string): { filter: string; fits: (instance: Instance) => boolean } {
  const [, key, value] = /^label:([a-z][a-z0-9_-]{0,62})=([a-z0-9_-]{0,63})$/.exec(selector) ?? [];
  if (key !== undefined && value !== undefined) return { filter: is(`labels.${key}`, value), fits: ({ labels }) => labels[key] === value };
  const [, zone, name] = /^name:([a-z0-9-]+)\/([a-z0-9-]+)$/.exec(selector) ?? [];
  if (zone !== undefined && name !== undefined) return { filter: is('name', name), fits: (instance) => instance.name === name && instance.zone === zone };
  throw new DriverError('Invalid', `${JSON.stringify(selector)} selects nothing: write label:key=value or name:zone/instance`);
}
