import { DriverError } from '../errors.ts';
import { readJson } from './json.ts';
import { files } from './layout.ts';
import { latest, type Numbered } from './numbered.ts';
import { type Plan, planRecord, type PowerRecord, powerRecord } from './records.ts';

export const POWER = 'power';
export const FIRST_POWER = `${POWER}-1.json`;

export async function readPlan(thing: string): Promise<Plan> {
  return (await readJson(files.plan(thing), planRecord)) ?? gone(thing);
}

export async function currentPower(thing: string): Promise<Numbered<PowerRecord>> {
  return (await latest(thing, POWER, powerRecord)) ?? gone(thing);
}

function gone(thing: string): never {
  throw new DriverError('Unavailable', `${thing} was removed while it was read: look again`);
}
