import { hashOf, isSame } from '../marks.ts';
import type { ResourceId } from '../spec.ts';
import type { Instance } from './answers.ts';
import { regionOf } from './config.ts';
import { LABEL, type Marked, markedBy } from './labels.ts';
import { nameOf } from './names.ts';
import type { Site } from './site.ts';

/** Every instance of the site's region that fits, whatever its state, over all pages. */
export async function* instances({ gce, config, pageSize }: Site, filter: string, signal: AbortSignal): AsyncGenerator<Instance> {
  const region = regionOf(config.zones[0] ?? '');
  let pageToken: string | undefined;
  do {
    const page = await gce.instances({ filter, maxResults: pageSize, ...(pageToken !== undefined && { pageToken }) }, signal);
    for (const { instances } of Object.values(page.items)) for (const each of instances) if (regionOf(each.zone) === region) yield each;
    pageToken = page.nextPageToken;
  } while (pageToken !== undefined);
}

export interface Seen {
  readonly instance: Instance;
  readonly mark: Marked;
}

/** What carries this id, and what holds its name or its hash without being it: that is not ours. */
export async function seenAs(site: Site, id: ResourceId, signal: AbortSignal): Promise<{ ours: Seen[]; foreign: Instance[] }> {
  const ours: Seen[] = [];
  const foreign: Instance[] = [];
  for await (const instance of instances(site, `(${is(`labels.${LABEL.id}`, hashOf(id))}) OR (${is('name', nameOf(id, 0))})`, signal)) {
    const mark = markedBy(instance);
    if (mark && isSame(mark.id, id)) ours.push({ instance, mark });
    else foreign.push(instance);
  }
  return { ours: ours.toSorted((a, b) => compare(a.instance, b.instance)), foreign };
}

/** One comparison of a filter. https://cloud.google.com/compute/docs/reference/rest/v1/instances/aggregatedList */
export function is(field: string, value: string): string {
  return `${field} = ${JSON.stringify(value)}`;
}

export function compare(a: Instance, b: Instance): number {
  return collator.compare(`${a.zone}/${a.name}`, `${b.zone}/${b.name}`);
}
const collator = new Intl.Collator('en', { numeric: true });

/** For people: a few of many. */
export function nativeIdOf(all: readonly Instance[]): string {
  const ids = all.toSorted(compare).map(({ zone, name }) => `${zone}/${name}`);
  return ids.length > 3 ? `${ids.slice(0, 3).join(',')}+${ids.length - 3}` : ids.join(',');
}
