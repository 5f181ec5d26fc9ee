/** What stands in a foreign definition: its path such as `healthChecks[0].path`, and its value. Lists and mappings that are empty are leaves too. */
export interface Leaf {
  readonly path: string;
  readonly value: unknown;
}

export function leavesOf(value: unknown, path = ''): Leaf[] {
  if (typeof value !== 'object' || value === null || Object.keys(value).length === 0) return path === '' ? [] : [{ path, value }];
  if (Array.isArray(value)) return value.flatMap((each: unknown, index) => leavesOf(each, `${path}[${index}]`));
  return Object.entries(value).flatMap(([key, each]) => leavesOf(each, at(path, key)));
}

/** A key that could be mistaken for a path is quoted. */
export function at(path: string, key: string): string {
  if (!/^[\w-]+$/.test(key)) return `${path}[${JSON.stringify(key)}]`;
  return path === '' ? key : `${path}.${key}`;
}

/** Is the first the second, or somewhere within it? */
export function isWithin(path: string, outer: string): boolean {
  return path === outer || path.startsWith(`${outer}.`) || path.startsWith(`${outer}[`);
}

/** Says nothing: what a definition leaves open. */
export function isEmpty(value: unknown): boolean {
  return value === null || value === '' || (typeof value === 'object' && Object.keys(value).length === 0);
}
