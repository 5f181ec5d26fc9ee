import type { Answer } from './ask.ts';

/** One page and where the next one is: https://learn.microsoft.com/rest/api/azure/#async-operations-throttling-and-paging */
export function paged(all: readonly object[], pageSize: number, url: URL): Answer {
  const from = Number(url.searchParams.get('$skiptoken') ?? 0);
  const next = new URL(url);
  next.searchParams.set('$skiptoken', String(from + pageSize));
  const more = from + pageSize < all.length;
  return { status: 200, body: { value: all.slice(from, from + pageSize), ...(more && { nextLink: next.href }) } };
}
