import { z } from 'zod';
import type { RunningCloud } from '../../lab/clouds.ts';
import type { Stand } from '../../lab/stand.ts';
import { differences, takeInventory } from '../crash/inventory.ts';

export const PAIRED = ['onprem-fra', 'aws', 'gcp', 'azure'] as const;
export type PairedSite = (typeof PAIRED)[number];

const lists = z.record(z.string(), z.array(z.string()));

/** Everything there is, as this machine and the clouds list it themselves. */
export interface Seen {
  readonly machine: Awaited<ReturnType<typeof takeInventory>>;
  readonly clouds: Readonly<Record<string, z.infer<typeof lists>>>;
}

export async function look(stand: Stand): Promise<Seen> {
  const clouds = await Promise.all(
    Object.values(stand.clouds).map(async ({ name, admin }: RunningCloud) => [name, lists.parse(await (await fetch(`${admin}/inventory`)).json())] as const),
  );
  return { machine: await takeInventory(stand), clouds: Object.fromEntries(clouds) };
}

/** What is there now and was not, and what was and is not. */
export function changed(before: Seen, after: Seen, restores: number): string[] {
  const clouds = Object.entries(after.clouds).flatMap(([name, now]) => {
    const then = before.clouds[name] ?? {};
    return Object.entries(now).flatMap(([kind, things]) => {
      const had = then[kind] ?? [];
      return [
        ...things.filter((each) => !had.includes(each)).map((each) => `${name}: there is now ${kind} ${each}`),
        ...had.filter((each) => !things.includes(each)).map((each) => `${name}: missing ${kind} ${each}`),
      ];
    });
  });
  return [...differences(before.machine, after.machine, restores), ...clouds];
}
