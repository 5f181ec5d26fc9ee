import { ArmError } from '../armError.ts';
import { tagOf } from '../tags.ts';
import type { Thing } from '../things.ts';

export interface Filter {
  fits(thing: Thing): boolean;
  /** By a tag: the answer then has no tags. */
  readonly byTag: boolean;
}

/**
 * The filters of https://learn.microsoft.com/rest/api/resources/resources/list that are of use here. Not every one can be put together
 * with others: a tag stands alone.
 */
export function filterOf(text: string | null): Filter {
  if (text === null) return { byTag: false, fits: () => true };
  const tag = /^tagName eq '((?:[^']|'')*)'(?: and tagValue eq '((?:[^']|'')*)')?$/.exec(text);
  if (tag) {
    const [name = '', value] = tag.slice(1).map((each) => each?.replaceAll("''", "'"));
    return { byTag: true, fits: ({ tags }) => (value === undefined ? tagOf(tags, name) !== undefined : tagOf(tags, name) === value) };
  }
  const parts = text.split(' and ').map((part) => /^(resourceType|name|location|resourceGroup) eq '((?:[^']|'')*)'$/.exec(part));
  if (parts.some((part) => !part)) throw new ArmError(400, 'InvalidFilterInQueryString', `Invalid $filter '${text}' specified in the query string.`);
  return {
    byTag: false,
    fits: (thing) => {
      const values: Readonly<Record<string, string>> = { resourceType: thing.kind, name: thing.name, location: thing.location, resourceGroup: thing.group };
      return parts.every((part) => values[part?.[1] ?? '']?.toLowerCase() === part?.[2]?.replaceAll("''", "'").toLowerCase());
    },
  };
}
