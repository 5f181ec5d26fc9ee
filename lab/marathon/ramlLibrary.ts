import { posix } from 'node:path';
import { isJson, type Json, jsonOf } from './json.ts';
import { ramlDocument } from './ramlDocument.ts';
import type { Pattern, Property, RamlType } from './ramlType.ts';

const BUILT_IN: Readonly<Record<string, RamlType>> = {
  any: { kind: 'any' },
  nil: { kind: 'nil' },
  boolean: { kind: 'boolean' },
  datetime: { kind: 'datetime' },
  string: { kind: 'string' },
  number: { kind: 'number', whole: false },
  integer: { kind: 'number', whole: true },
  object: { kind: 'object', properties: new Map(), patterns: [] },
  array: { kind: 'array', items: () => ({ kind: 'any' }), unique: false },
};

/** The types of one file; of those that it uses by `<name>.<type>`. */
export class RamlLibrary {
  readonly #path: string;
  readonly #uses: Json;
  readonly #declared: Json;
  readonly #libraries: Map<string, RamlLibrary>;
  readonly #types = new Map<string, RamlType>();

  constructor(path: string, libraries = new Map<string, RamlLibrary>()) {
    const document = ramlDocument(path);
    this.#path = path;
    this.#uses = jsonOf(document.uses);
    this.#declared = jsonOf(document.types);
    this.#libraries = libraries.set(path, this);
  }

  /** By name or expression: `App`, `strings.PathId[]`, `A | B`. Throws Error for what is not declared. */
  type(expression: string): RamlType {
    const text = expression.trim();
    const union = alternatives(text);
    if (union.length > 1) return { kind: 'union', of: () => union.map((each) => this.type(each)) };
    if (text.startsWith('(') && text.endsWith(')')) return this.type(text.slice(1, -1));
    if (text.endsWith('[]')) return { kind: 'array', items: () => this.type(text.slice(0, -2)), unique: false };
    if (text.endsWith('?')) return { kind: 'union', of: () => [this.type(text.slice(0, -1)), { kind: 'nil' }] };
    const known = this.#types.get(text) ?? BUILT_IN[text];
    if (known) return known;
    const [library, name] = text.split('.');
    const made = library !== undefined && name !== undefined ? this.#library(library).type(name) : this.#made(this.#declaration(text));
    this.#types.set(text, made);
    return made;
  }

  #declaration(name: string): unknown {
    if (!Object.hasOwn(this.#declared, name)) throw new Error(`${this.#path} declares no type ${name}`);
    return this.#declared[name];
  }

  #library(name: string): RamlLibrary {
    const used = this.#uses[name];
    if (typeof used !== 'string') throw new Error(`${this.#path} uses no library ${name}`);
    const path = posix.join(posix.dirname(this.#path), used);
    return this.#libraries.get(path) ?? new RamlLibrary(path, this.#libraries);
  }

  #made(declaration: unknown): RamlType {
    if (!isJson(declaration)) return this.type(typeof declaration === 'string' ? declaration : 'string');
    const { type = declaration.properties === undefined ? (declaration.items === undefined ? 'string' : 'array') : 'object' } = declaration;
    const base = isJson(type) ? this.#made(type) : this.type(String(type));
    switch (base.kind) {
      case 'string':
        return { ...base, ...this.#facets(declaration, ['minLength', 'maxLength']), ...textFacets(declaration) };
      case 'number':
        return { ...base, ...this.#facets(declaration, ['minimum', 'maximum']) };
      case 'array': {
        const { items, uniqueItems } = declaration;
        return {
          ...base,
          ...(items === undefined ? {} : { items: () => this.#made(items) }),
          ...this.#facets(declaration, ['minItems', 'maxItems']),
          unique: uniqueItems === true,
        };
      }
      case 'object':
        return this.#object(base, jsonOf(declaration.properties));
      default:
        return base;
    }
  }

  #object(base: Extract<RamlType, { kind: 'object' }>, declared: Json): RamlType {
    const properties = new Map<string, Property>(base.properties);
    const patterns: Pattern[] = [...base.patterns];
    for (const [key, declaration] of Object.entries(declared)) {
      const type = (): RamlType => this.#made(declaration);
      if (/^\/.*\/$/.test(key)) {
        patterns.push({ name: new RegExp(key.slice(1, -1)), type });
        continue;
      }
      const { required, default: otherwise } = jsonOf(declaration);
      // What has a default need not be said, marked so or not: Marathon's own generator reads it so.
      const optional = key.endsWith('?') || required === false || otherwise !== undefined;
      properties.set(key.replace(/\?$/, ''), { required: !optional, type, ...(otherwise === undefined ? {} : { default: otherwise }) });
    }
    return { kind: 'object', properties, patterns };
  }

  #facets<K extends string>(declaration: Json, names: readonly K[]): Partial<Record<K, number>> {
    const found: Partial<Record<K, number>> = {};
    for (const name of names) {
      const value = declaration[name];
      if (typeof value === 'number') found[name] = value;
    }
    return found;
  }
}

function textFacets(declaration: Json): { enum?: readonly string[]; pattern?: RegExp } {
  const { enum: values, pattern } = declaration;
  return {
    ...(Array.isArray(values) && { enum: values.map(String) }),
    ...(typeof pattern === 'string' && { pattern: new RegExp(pattern) }),
  };
}

/** Of a union, outside of brackets. */
function alternatives(text: string): string[] {
  const parts: string[] = [''];
  let depth = 0;
  for (const sign of text) {
    if (sign === '(') depth++;
    if (sign === ')') depth--;
    if (sign === '|' && depth === 0) parts.push('');
    else parts.push(`${parts.pop() ?? ''}${sign}`);
  }
  return parts;
}
