import { z } from 'zod';
import { filterOf } from './filter.ts';
import type { Json } from './json.ts';
import { linkOf } from './names.ts';
import { refusals } from './refusal.ts';

type Parameters = Readonly<Record<string, string>>;

/** Something that is listed, under its full name. */
export interface Listed {
  readonly name: string;
  readonly view: Json;
}

interface Page {
  readonly page: readonly Listed[];
  readonly nextPageToken?: string;
}

const tokenSchema = z.strictObject({ after: z.string(), filter: z.string().optional() });

/** What fits the filter, one page of it. Throws a Refusal for what Google, or this lab, does not take. */
function pageOf(all: readonly Listed[], schemaName: string, parameters: Parameters): Page {
  const { filter, maxResults = '500', pageToken, orderBy } = parameters;
  const most = Number(maxResults);
  if (most > 500) throw refusals.invalid('maxResults', maxResults, 'Values must be within the range: [0, 500]');
  if (orderBy !== undefined && orderBy !== 'name') throw refusals.invalid('orderBy', orderBy, 'This lab sorts by name only.');
  const fits = filterOf(filter, schemaName);
  const after = pageToken === undefined ? '' : afterOf(pageToken, filter);
  const rest = all.filter(({ name, view }) => name > after && fits(view)).toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const page = rest.slice(0, most === 0 ? 500 : most);
  const last = page.at(-1);
  if (!last || page.length === rest.length) return { page };
  return { page, nextPageToken: Buffer.from(JSON.stringify({ after: last.name, filter })).toString('base64url') };
}

/** A token belongs to the query that it came from: https://cloud.google.com/compute/docs/reference/rest/v1/instances/list */
function afterOf(token: string, filter: string | undefined): string {
  try {
    const parsed = tokenSchema.parse(JSON.parse(Buffer.from(token, 'base64url').toString()));
    if (parsed.filter === filter) return parsed.after;
  } catch {
    // Refused below, like one of another query.
  }
  throw refusals.invalid('pageToken', token, 'The page token is not valid for this request.');
}

/** `scope` such as `projects/p/zones/z/instances`. */
export function listAnswer(kind: string, scope: string, all: readonly Listed[], schemaName: string, parameters: Parameters): Json {
  const { page, nextPageToken } = pageOf(all, schemaName, parameters);
  return {
    kind,
    id: scope,
    selfLink: linkOf(scope),
    // A list of nothing has no `items`.
    ...(page.length === 0 ? {} : { items: page.map(({ view }) => view) }),
    ...(nextPageToken === undefined ? {} : { nextPageToken }),
  };
}

export interface Scope {
  /** As answers call it: `zones/z`. */
  readonly key: string;
  readonly items: readonly Listed[];
  readonly reachable: boolean;
}

/**
 * By zone, with a warning in the place of nothing. A zone that cannot be reached fails the whole list, unless partial success was asked
 * for: https://cloud.google.com/compute/docs/reference/rest/v1/instances/aggregatedList
 */
export function aggregatedAnswer(kind: string, field: string, project: string, scopes: readonly Scope[], schemaName: string, parameters: Parameters): Json {
  const reachable = scopes.filter(({ reachable: yes }) => yes);
  const { page, nextPageToken } = pageOf(
    reachable.flatMap(({ items }) => items),
    schemaName,
    parameters,
  );
  const shown = new Set(page);
  const items = scopes.map(({ key, items: all, reachable: yes }): [string, Json] => {
    const here = all.filter((each) => shown.has(each)).map(({ view }) => view);
    if (here.length > 0) return [key, { [field]: here }];
    const warning = yes
      ? { code: 'NO_RESULTS_ON_PAGE', message: `There are no results for scope '${key}' on this page.`, data: [{ key: 'scope', value: key }] }
      : { code: 'UNREACHABLE', message: `The scope '${key}' cannot be reached.`, data: [{ key: 'scope', value: key }] };
    return [key, { warning }];
  });
  const name = `projects/${project}/aggregated/${field}`;
  const unreachables = scopes.filter(({ reachable: yes }) => !yes).map(({ key }) => linkOf(`projects/${project}/${key}`));
  return {
    kind,
    id: name,
    selfLink: linkOf(name),
    items: Object.fromEntries(items),
    ...(nextPageToken === undefined ? {} : { nextPageToken }),
    ...(unreachables.length === 0 ? {} : { unreachables }),
  };
}
