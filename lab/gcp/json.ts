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

export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

export function textsOf(value: unknown): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(jsonOf(value)).map(([key, each]) => [key, String(each)]));
}

/** Whether there is something: clients send empty lists and maps for what nobody said. */
export function says(value: unknown): boolean {
  return value !== undefined && value !== null && value !== '' && !(typeof value === 'object' && Object.keys(value).length === 0);
}

/** `{ a: { b: [1] } }` as `a.b.0` = `1`: how faults name what a request says. */
export function flat(value: unknown, path = ''): Record<string, string> {
  if (typeof value !== 'object' || value === null) return path === '' || value === undefined ? {} : { [path]: String(value) };
  return Object.assign({}, ...Object.entries(value).map(([key, each]) => flat(each, path === '' ? key : `${path}.${key}`)));
}
