/** What JSON says, not yet known more closely. */
export type Json = Readonly<Record<string, unknown>>;

export function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function jsonOf(value: unknown): Json {
  return isJson(value) ? value : {};
}

export function listOf(value: unknown): readonly Json[] {
  return Array.isArray(value) ? value.filter(isJson) : [];
}

export function numberOf(value: unknown, otherwise: number): number {
  return typeof value === 'number' ? value : otherwise;
}

/** `{ a: { b: [1] } }` as `a.b.0` = `1`: how faults name what a request says. */
export function flat(value: unknown, path = ''): Record<string, string> {
  if (typeof value !== 'object' || value === null) return path === '' || value === undefined ? {} : { [path]: String(value) };
  return Object.assign({}, ...Object.entries(value).map(([key, each]) => flat(each, path === '' ? key : `${path}.${key}`)));
}
