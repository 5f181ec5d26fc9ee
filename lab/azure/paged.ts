import type { Answer } from './ask.ts';
import { at } from './json.ts';

/**
 * One page and where the next one is: https://learn.microsoft.com/rest/api/azure/#async-operations-throttling-and-paging. The next begins
 * after the last entry of this one, whatever is made or removed in between.
 */
export function paged(all: readonly object[], pageSize: number, url: URL): Answer {
  const after = url.searchParams.get('$skiptoken');
  const left = all.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1)).filter((each) => after === null || keyOf(each) > after);
  const value = left.slice(0, pageSize);
  const last = value.at(-1);
  const next = new URL(url);
  if (last) next.searchParams.set('$skiptoken', keyOf(last));
  return { status: 200, body: { value, ...(left.length > pageSize && { nextLink: next.href }) } };
}

function keyOf(entry: object): string {
  return String(at(entry, 'id') ?? at(entry, 'name')).toLowerCase();
}
