/** What JSON text holds when it is an object. */
export interface JsonObject {
  [name: string]: unknown;
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value under such names, or nothing. */
export function at(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce((inner, name) => (isObject(inner) ? inner[name] : undefined), value);
}

/** All leaves by their path, `tags.role` or `zones.0`; text longer than 512 letters is left out, and so is what may hold secrets. */
export function flat(value: unknown, path = ''): Record<string, string> {
  if (typeof value === 'object' && value !== null)
    return Object.assign({}, ...Object.entries(value).map(([name, inner]) => flat(inner, path ? `${path}.${name}` : name)));
  const text = String(value);
  return value === undefined || text.length > 512 || /\.(adminPassword|customData|userData)$/.test(path) ? {} : { [path]: text };
}
