import type { Filter, Instance } from '@aws-sdk/client-ec2';
import type { Site } from './site.ts';
import { hashOf, isSame } from '../marks.ts';
import { type Marked, markedBy, TAG } from './tags.ts';
import type { ResourceId } from '../spec.ts';

/** Every instance that fits, whatever its state, over all pages. */
export async function* instances({ ec2, pageSize }: Site, filters: Filter[], signal: AbortSignal): AsyncGenerator<Instance> {
  let NextToken: string | undefined;
  do {
    const page = await ec2.describeInstances({ Filters: filters, MaxResults: pageSize, ...(NextToken !== undefined && { NextToken }) }, signal);
    for (const { Instances = [] } of page.Reservations ?? []) yield* Instances;
    NextToken = page.NextToken;
  } while (NextToken);
}

export interface Seen {
  readonly instance: Instance;
  readonly mark: Marked;
}

/** What carries this id, and what carries its hash without being it: that is not ours. */
export async function seenAs(site: Site, id: ResourceId, signal: AbortSignal): Promise<{ ours: Seen[]; foreign: Instance[] }> {
  const ours: Seen[] = [];
  const foreign: Instance[] = [];
  for await (const instance of instances(site, [{ Name: `tag:${TAG.id}`, Values: [hashOf(id)] }], signal)) {
    const mark = markedBy(instance);
    if (mark && isSame(mark.id, id)) ours.push({ instance, mark });
    else if (stateOf(instance) !== 'terminated') foreign.push(instance);
  }
  return { ours: ours.toSorted((a, b) => (idOf(a.instance) < idOf(b.instance) ? -1 : 1)), foreign };
}

export function stateOf({ State }: Instance): string {
  return State?.Name ?? 'pending';
}

export function idOf({ InstanceId = '' }: Instance): string {
  return InstanceId;
}

/** For people: a few of many. */
export function nativeIdOf(all: readonly Instance[]): string {
  const ids = all.map(idOf).toSorted();
  return ids.length > 3 ? `${ids.slice(0, 3).join(',')}+${ids.length - 3}` : ids.join(',');
}
