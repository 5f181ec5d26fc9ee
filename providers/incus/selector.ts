import { DriverError } from '../errors.ts';
import type { PowerRef } from '../spec.ts';
import { type Instance, isGoing } from './instance.ts';
import { instances, seenAs } from './instances.ts';
import type { Site } from './site.ts';

/** What a power reference means: the name of a container, `user.key=value` of its configuration, or what Muster has put there. In one order. */
export async function standing(site: Site, ref: PowerRef, signal: AbortSignal): Promise<Instance[]> {
  const found = 'id' in ref ? (await seenAs(site, ref.id, signal)).ours.map(({ it }) => it) : await selected(site, ref.selector, signal);
  return found.filter((each) => !isGoing(each) || !('id' in ref));
}

async function selected(site: Site, selector: string, signal: AbortSignal): Promise<Instance[]> {
  const [, key, value] = /^(user\.[^=\s]+)=(.+)$/s.exec(selector) ?? [];
  if (key !== undefined) return (await instances(site, undefined, signal)).filter(({ config }) => config[key] === value);
  if (!/^[A-Za-z][A-Za-z0-9-]*$/.test(selector))
    throw new DriverError('Invalid', `${JSON.stringify(selector)} selects nothing: write the name of a container, or user.key=value`);
  return (await instances(site, `name eq ${selector}`, signal)).filter(({ name }) => name === selector);
}
