import { isObject, type JsonObject } from '../json.ts';
import type { Mapper, Models } from './description.ts';
import { newerFields } from './newerFields.ts';
import { type Place, treeOf } from './tree.ts';

/** What a document has against its description. */
export interface Finding {
  readonly kind: 'missing' | 'unknown' | 'type' | 'value';
  /** `properties.storageProfile.osDisk`, empty for the whole. */
  readonly path: string;
  readonly text: string;
}

export interface Checked {
  /** The document; from a request without what only the service writes, which Azure ignores when it is sent. */
  readonly value: unknown;
  readonly findings: readonly Finding[];
}

interface Way {
  readonly models: Models;
  readonly side: 'request' | 'answer';
  readonly findings: Finding[];
}

/** Holds a document against Microsoft's description of it. */
export function check(value: unknown, mapper: Mapper, models: Models, side: 'request' | 'answer'): Checked {
  const way: Way = { models, side, findings: [] };
  return { value: valueOf(value, mapper, '', way), findings: way.findings };
}

function valueOf(value: unknown, mapper: Mapper, path: string, way: Way): unknown {
  const { type } = mapper;
  const wrong = (kind: Finding['kind'], text: string): unknown => (way.findings.push({ kind, path, text }), value);
  const typed = (fits: boolean, text: string): unknown => (fits ? constrained(value, mapper, wrong) : wrong('type', text));
  switch (type.name) {
    case 'Composite':
      return isObject(value) ? composite(value, type, path, way) : wrong('type', 'it is not an object');
    case 'Sequence': {
      if (!Array.isArray(value)) return wrong('type', 'it is not a list');
      constrained(value, mapper, wrong);
      return value.map((each: unknown, index) => ('element' in type ? valueOf(each, type.element, `${path}[${index}]`, way) : each));
    }
    case 'Dictionary': {
      if (!isObject(value)) return wrong('type', 'it is not an object');
      const inner = 'value' in type ? type.value : undefined;
      return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, inner ? valueOf(each, inner, `${path}.${name}`, way) : each]));
    }
    case 'Enum':
      return 'allowedValues' in type && type.allowedValues.includes(value) ? value : wrong('value', `${JSON.stringify(value)} is none of its values`);
    case 'Number':
      return typed(typeof value === 'number' && Number.isFinite(value), 'it is not a number');
    case 'Boolean':
      return typed(typeof value === 'boolean', 'it is not a Boolean');
    case 'String':
    case 'ByteArray':
    case 'Base64Url':
    case 'TimeSpan':
    case 'Uuid':
      return typed(typeof value === 'string', 'it is not text');
    case 'Date':
    case 'DateTime':
    case 'DateTimeRfc1123':
      return typed(typeof value === 'string' && !Number.isNaN(Date.parse(value)), 'it is not a time');
    default:
      return value;
  }
}

function composite(value: JsonObject, type: object, path: string, way: Way): JsonObject {
  const className = 'className' in type ? String(type.className) : '';
  const { inner, open } = treeOf(className, way.models);
  return places(value, inner, open, className, path, way);
}

function places(value: JsonObject, inner: ReadonlyMap<string, Place>, open: boolean, model: string, path: string, way: Way): JsonObject {
  const result: JsonObject = {};
  const under = (name: string): string => (path ? `${path}.${name}` : name);
  for (const [name, each] of Object.entries(value)) {
    const place = inner.get(name);
    if (!place) {
      if (open || newerFields[model]?.[name] !== undefined) result[name] = each;
      else way.findings.push({ kind: 'unknown', path: under(name), text: `Could not find member '${name}' on object of type '${model}'` });
    } else if (!place.mapper) {
      if (isObject(each)) result[name] = places(each, place.inner, false, model, under(name), way);
      else if (each !== null) way.findings.push({ kind: 'type', path: under(name), text: 'it is not an object' });
    } else if (way.side === 'request' && place.mapper.readOnly) continue;
    else if (each === null) {
      if (place.mapper.required && !place.mapper.nullable) missing(under(name), name, way);
    } else result[name] = valueOf(each, place.mapper, under(name), way);
  }
  for (const [name, { mapper }] of inner)
    if (mapper?.required && !(name in value) && !(way.side === 'request' && mapper.readOnly)) missing(under(name), name, way);
  return result;
}

function missing(path: string, name: string, way: Way): void {
  way.findings.push({ kind: 'missing', path, text: `Required parameter '${name}' is missing (null)` });
}

function constrained(value: unknown, { constraints = {} }: Mapper, wrong: (kind: 'value', text: string) => unknown): unknown {
  const { MaxLength, MinLength, Pattern, InclusiveMaximum, InclusiveMinimum, MaxItems, MinItems } = constraints;
  if (typeof value === 'string') {
    if (MaxLength !== undefined && value.length > MaxLength) return wrong('value', `it is longer than ${MaxLength}`);
    if (MinLength !== undefined && value.length < MinLength) return wrong('value', `it is shorter than ${MinLength}`);
    if (Pattern !== undefined && !new RegExp(Pattern).test(value)) return wrong('value', `it does not match ${String(Pattern)}`);
  }
  if (typeof value === 'number') {
    if (InclusiveMaximum !== undefined && value > InclusiveMaximum) return wrong('value', `it is over ${InclusiveMaximum}`);
    if (InclusiveMinimum !== undefined && value < InclusiveMinimum) return wrong('value', `it is under ${InclusiveMinimum}`);
  }
  if (Array.isArray(value)) {
    if (MaxItems !== undefined && value.length > MaxItems) return wrong('value', `it has more than ${MaxItems} entries`);
    if (MinItems !== undefined && value.length < MinItems) return wrong('value', `it has fewer than ${MinItems} entries`);
  }
  return value;
}
