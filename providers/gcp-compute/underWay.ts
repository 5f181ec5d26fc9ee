import type { Instance, Operation } from './answers.ts';
import { isDone, operations } from './operations.ts';
import type { Site } from './site.ts';

/** What is under way for these instances. A change that was accepted is not seen in them until it is done, and cannot be had twice at once. */
export async function underWay(site: Site, all: readonly Instance[], signal: AbortSignal): Promise<Operation[]> {
  const targets = new Set(all.map(({ zone, name }) => `zones/${zone}/instances/${name}`));
  const inZone = async (zone: string): Promise<Operation[]> => {
    const found: Operation[] = [];
    for await (const each of operations(site, zone, 'status != "DONE"', signal)) if (!isDone(each) && targets.has(targetOf(each))) found.push(each);
    return found;
  };
  const zones = [...new Set(all.map(({ zone }) => zone))];
  return (await Promise.all(zones.map(inZone))).flat();
}

function targetOf({ targetLink = '' }: Operation): string {
  return targetLink.slice(targetLink.lastIndexOf('/zones/') + 1);
}
