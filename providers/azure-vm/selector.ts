import { DriverError } from '../errors.ts';
import type { PowerRef } from '../spec.ts';
import { isBeingRemoved, type Machine, survey } from './machines.ts';
import { latest, seenAs } from './seen.ts';
import type { Site } from './site.ts';
import { tagOf } from './tags.ts';

/** What a power reference means, without what is going: `tag:Key=Value`, `name:VM`, or what Muster has put there. In one order. */
export async function standing(site: Site, ref: PowerRef, signal: AbortSignal): Promise<Machine[]> {
  const fits = 'id' in ref ? undefined : selected(ref.selector);
  const { machines } = await survey(site, signal);
  const found = 'id' in ref ? latest(seenAs(ref.id, machines).ours) : machines.filter((each) => fits?.(each));
  return found.filter((each) => !isBeingRemoved(each));
}

function selected(selector: string): (machine: Machine) => boolean {
  const [, name] = /^name:(.+)$/s.exec(selector) ?? [];
  if (name !== undefined) return (machine) => machine.name.toLowerCase() === name.toLowerCase();
  const [, key, value] = /^tag:([^=]+)=(.+)$/s.exec(selector) ?? [];
  if (key === undefined || value === undefined) throw new DriverError('Invalid', `${JSON.stringify(selector)} selects nothing: write tag:Key=Value or name:VM`);
  return ({ model }) => tagOf(model.tags, key) === value;
}
