import type { PowerTarget } from '../spec.ts';
import type { Instance, Operation } from './answers.ts';
import { isFenced } from './fence.ts';
import { isDone, operations } from './operations.ts';
import type { Site } from './site.ts';

/** What is under way for these instances. A change that was accepted is not seen in them until it is done, and cannot be had twice at once. */
export async function underWay(site: Site, all: readonly Instance[], signal: AbortSignal): Promise<Operation[]> {
  const targets = new Set(all.map(linkOf));
  const inZone = async (zone: string): Promise<Operation[]> => {
    const found: Operation[] = [];
    for await (const each of operations(site, zone, 'status != "DONE"', signal)) if (!isDone(each) && targets.has(targetOf(each))) found.push(each);
    return found;
  };
  const zones = [...new Set(all.map(({ zone }) => zone))];
  return (await Promise.all(zones.map(inZone))).flat();
}

const COMING = ['PROVISIONING', 'STAGING', 'RUNNING'];
const GOING = ['STOPPING', 'PENDING_STOP', 'TERMINATED'];

/** Whether each of them is so already or on the way, so that there is nothing to be asked for. */
export function isOnTheWay(all: readonly Instance[], busy: readonly Operation[], to: PowerTarget, fence: string | undefined): boolean {
  const going = ({ status }: Instance, types: readonly string[]): boolean => GOING.includes(status) || types.includes('stop');
  const ways: Readonly<Record<PowerTarget, (instance: Instance, types: readonly string[]) => boolean>> = {
    running: (instance, types) =>
      !isFenced(instance, fence) && types.every((type) => type === 'start') && (COMING.includes(instance.status) || types.includes('start')),
    stopped: going,
    cut: going,
    isolated: (instance, types) => instance.status === 'RUNNING' && (isFenced(instance, fence) || types.includes('setTags')),
  };
  return all.every((instance) =>
    ways[to](
      instance,
      busy.filter((each) => targetOf(each) === linkOf(instance)).map(({ operationType = '' }) => operationType),
    ),
  );
}

function linkOf({ zone, name }: Instance): string {
  return `zones/${zone}/instances/${name}`;
}

function targetOf({ targetLink = '' }: Operation): string {
  return targetLink.slice(targetLink.lastIndexOf('/zones/') + 1);
}
