import type { Asked } from './asked.ts';
import { LIVE, PRICES_OF } from './clouds.ts';
import { type LiveSite, typeOf } from './siteFile.ts';

/** Starts of the whole suite; a machine is paid for a minute at least. */
const STARTS = 120;

/** What is going to happen, before anything is called. Throws RangeError for a type whose price is not known. */
export function whatItDoes({ cloud, instances, minutes, only, site: file }: Asked, site: LiveSite, installation: string): string {
  const { dollarsPerHour, prices, provider } = LIVE[cloud];
  const type = typeOf(cloud, site);
  const each = dollarsPerHour[type];
  if (each === undefined)
    throw new RangeError(
      `there is no price for ${type}: set sizes of the site to one of ${Object.keys(dollarsPerHour).join(', ')}, or add it to test/live/clouds.ts`,
    );
  const most = ((instances * minutes + STARTS) / 60) * each;
  const where = [site.region ?? site.zones?.join(', '), site.endpoint].filter(Boolean).join(' at ');
  return `${provider}, ${where}, as ${file} says${only === undefined ? '' : `; only tests named ${JSON.stringify(only)}`}
makes     at most ${instances} machines at once, of type ${type}, with their disks, from image ${Object.values(site.images)[0]}
changes   only what carries the mark of installation ${installation}
ends      after at most ${minutes} minutes, and takes away what it has made; what an earlier run has left, too
may cost  up to ${most.toFixed(2)} US dollars: an estimate, with prices as of ${PRICES_OF} that are rounded up (${prices})
`;
}
