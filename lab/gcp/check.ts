import { type Schema, schemaOf } from './document.ts';
import { isJson } from './json.ts';

/** What does not fit, in the words of Google's refusals. */
export interface Problem {
  readonly reason: 'invalid' | 'required';
  readonly path: string;
  readonly message: string;
}

/**
 * A request as Google reads it, or an answer as Google writes it. JSON's own forms are wider in a request: 64-bit numbers may come
 * as numbers, 32-bit ones as text, and null means that nothing is said (https://protobuf.dev/programming-guides/json/).
 */
export type Side = { readonly kind: 'request'; readonly method: string } | { readonly kind: 'answer' };

/** All that does not fit the named schema; nothing when it fits. */
export function problemsOf(name: string, value: unknown, side: Side, path = 'resource'): Problem[] {
  return check(schemaOf(name), value, side, path);
}

/** A pattern of the document, which means the whole text. */
export function matches(pattern: string, text: string): boolean {
  return new RegExp(`^(?:${pattern})$`).test(text);
}

function check(schema: Schema, value: unknown, side: Side, path: string): Problem[] {
  if (schema.$ref !== undefined) return check(schemaOf(schema.$ref), value, side, path);
  if (value === null && side.kind === 'request') return [];
  switch (schema.type) {
    case 'object':
      return isJson(value) ? checkObject(schema, value, side, path) : [mismatch('object', value, path)];
    case 'array': {
      if (!Array.isArray(value)) return [mismatch('array', value, path)];
      // `Tags.items` has its pattern on the list and means each of its texts.
      const { items = {}, pattern } = schema;
      return value.flatMap((each, index) => check(pattern === undefined ? items : { pattern, ...items }, each, side, `${path}[${index}]`));
    }
    case 'any':
      return [];
    default:
      return checkScalar(schema, value, side, path);
  }
}

function checkObject({ properties = {}, additionalProperties }: Schema, value: Readonly<Record<string, unknown>>, side: Side, path: string): Problem[] {
  const problems = Object.entries(value).flatMap(([key, each]): Problem[] => {
    const known = properties[key] ?? additionalProperties;
    if (known) return check(known, each, side, additionalProperties && !properties[key] ? `${path}['${key}']` : `${path}.${key}`);
    return [{ reason: 'invalid', path, message: `Invalid JSON payload received. Unknown name "${key}" at '${path}': Cannot find field.` }];
  });
  if (side.kind === 'answer') return problems;
  const missing = Object.entries(properties).filter(
    ([key, { annotations }]) => annotations?.required?.includes(side.method) && (value[key] === undefined || value[key] === null || value[key] === ''),
  );
  return [
    ...problems,
    ...missing.map(([key]): Problem => ({ reason: 'required', path: `${path}.${key}`, message: `Required field '${path}.${key}' not specified` })),
  ];
}

const INT32 = 2 ** 31;

function checkScalar(schema: Schema, value: unknown, side: Side, path: string): Problem[] {
  const loose = side.kind === 'request';
  switch (schema.type) {
    case 'boolean':
      return typeof value === 'boolean' ? [] : [mismatch('boolean', value, path)];
    case 'number':
      return typeof value === 'number' ? [] : [mismatch('number', value, path)];
    case 'integer': {
      const number = loose && typeof value === 'string' && /^-?\d+$/.test(value) ? Number(value) : value;
      const least = schema.format === 'uint32' ? 0 : -INT32;
      const most = schema.format === 'uint32' ? 2 * INT32 : INT32;
      return typeof number === 'number' && Number.isInteger(number) && number >= least && number < most
        ? []
        : [mismatch(schema.format ?? 'integer', value, path)];
    }
    case 'string':
      return checkText(schema, loose && typeof value === 'number' && /int64/.test(schema.format ?? '') ? String(value) : value, path);
    default:
      throw new Error(`compute.v1.json has a type that nothing here checks: ${JSON.stringify(schema)}`);
  }
}

const FORMATS: Readonly<Record<string, RegExp>> = {
  int64: /^-?\d{1,19}$/,
  uint64: /^\d{1,20}$/,
  byte: /^[A-Za-z0-9+/_-]*={0,2}$/,
};

function checkText({ format = '', enum: allowed, pattern }: Schema, value: unknown, path: string): Problem[] {
  if (typeof value !== 'string' || !(FORMATS[format]?.test(value) ?? true)) return [mismatch(format || 'string', value, path)];
  if (allowed && !allowed.includes(value)) return [invalid(path, value, `Must be one of [${allowed.join(', ')}]`)];
  // An empty text is one that was not given.
  if (pattern !== undefined && value !== '' && !matches(pattern, value)) return [invalid(path, value, `Must be a match of regex '${pattern}'`)];
  return [];
}

/** In Google's words: https://cloud.google.com/compute/docs/reference/rest/v1/errors */
export function invalid(path: string, value: string, why: string): Problem {
  return { reason: 'invalid', path, message: `Invalid value for field '${path}': '${value.slice(0, 200)}'. ${why}` };
}

function mismatch(type: string, value: unknown, path: string): Problem {
  return { reason: 'invalid', path, message: `Invalid value at '${path}' (TYPE_${type.toUpperCase()}), ${JSON.stringify(value)?.slice(0, 200)}` };
}
