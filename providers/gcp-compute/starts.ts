import { MOST_SIZES } from '../nearestShape.ts';
import type { Operation } from './answers.ts';
import { is } from './instances.ts';
import { requestIdOf } from './names.ts';
import { operations } from './operations.ts';
import type { Site } from './site.ts';

/** What became of one request for a share of a batch, in the zone that is `step` further than its own; once round, it is as the next size. */
export interface Tried {
  readonly share: number;
  readonly step: number;
  readonly operation: Operation;
}

/** The operations that the start of this batch has made in these zones, one call for each zone and page. The newest of a share last. */
export async function startsOf(site: Site, token: string, where: ReadonlySet<string>, signal: AbortSignal): Promise<Tried[]> {
  const { zones } = site.config;
  const requests = zones.flatMap((_, share) =>
    Array.from({ length: zones.length * MOST_SIZES }, (__, step) => ({
      share,
      step,
      requestId: requestIdOf(token, share, step),
      zone: zones[(share + step) % zones.length],
    })),
  );
  const triedIn = async (zone: string): Promise<Tried[]> => {
    const here = requests.filter((each) => each.zone === zone);
    const filter = here.map(({ requestId }) => `(${is('clientOperationId', requestId)})`).join(' OR ');
    const tried: Tried[] = [];
    for await (const operation of operations(site, zone, filter, signal)) {
      const mine = here.find(({ requestId }) => requestId === operation.clientOperationId);
      if (mine) tried.push({ share: mine.share, step: mine.step, operation });
    }
    return tried;
  };
  const found = await Promise.all(zones.filter((zone) => where.has(zone)).map(triedIn));
  return found.flat().toSorted((a, b) => a.share - b.share || a.step - b.step);
}
