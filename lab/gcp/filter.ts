import { type Schema, schemaOf } from './document.ts';
import { isJson, type Json } from './json.ts';
import { refusals } from './refusal.ts';

type Test = (item: Json) => boolean;

/**
 * The part of Google's list filters (AIP-160 form) that is carried out here: `=`, `!=` and `:*` on fields and labels, parentheses, AND
 * (also by a space), OR, which binds tighter, and NOT. All else is refused: it must not quietly select something else.
 * https://cloud.google.com/compute/docs/reference/rest/v1/instances/list and https://google.aip.dev/160
 */
export function filterOf(text: string | undefined, schemaName: string): Test {
  if (text === undefined || text.trim() === '') return () => true;
  return new Parser(text, schemaName).parse();
}

class Parser {
  readonly #text: string;
  readonly #tokens: readonly string[];
  readonly #schema: string;
  #at = 0;

  constructor(text: string, schema: string) {
    this.#text = text;
    this.#schema = schema;
    const tokens = text.match(/"(?:[^"\\]|\\.)*"|!=|<=|>=|[()=:<>]|[^\s()"=:<>!]+|\S/g) ?? [];
    this.#tokens = tokens;
  }

  parse(): Test {
    const test = this.#sequence();
    if (this.#at < this.#tokens.length) throw this.#wrong();
    return test;
  }

  #sequence(): Test {
    const tests = [this.#alternatives()];
    while (this.#at < this.#tokens.length && this.#tokens[this.#at] !== ')') {
      this.#take('AND');
      tests.push(this.#alternatives());
    }
    return (item) => tests.every((test) => test(item));
  }

  #alternatives(): Test {
    const tests = [this.#term()];
    while (this.#take('OR')) tests.push(this.#term());
    return (item) => tests.some((test) => test(item));
  }

  #term(): Test {
    if (this.#take('NOT')) {
      const test = this.#term();
      return (item) => !test(item);
    }
    if (!this.#take('(')) return this.#comparison();
    const test = this.#sequence();
    if (!this.#take(')')) throw this.#wrong();
    return test;
  }

  #comparison(): Test {
    const field = this.#next();
    const operator = this.#next();
    const value = this.#next();
    if (!/^[A-Za-z][\w.-]*$/.test(field) || /^[()=:<>!]/.test(value)) throw this.#wrong();
    this.#mustHave(field);
    if (operator === ':' && value === '*') return (item) => valueAt(item, field) !== undefined;
    const wanted = value.startsWith('"') ? value.slice(1, -1).replace(/\\(.)/g, '$1') : value;
    if ((operator !== '=' && operator !== '!=') || wanted.includes('*')) throw this.#wrong(`This lab does not carry out '${field} ${operator} ${value}'.`);
    return (item) => (String(valueAt(item, field) ?? '') === wanted) === (operator === '=');
  }

  #mustHave(field: string): void {
    let schema: Schema | undefined = schemaOf(this.#schema);
    for (const part of field.split('.')) {
      const at: Schema | undefined = schema?.$ref === undefined ? schema : schemaOf(schema.$ref);
      schema = at?.properties?.[part] ?? at?.additionalProperties;
    }
    if (!schema || schema.type === 'array') throw this.#wrong(`There is no field '${field}'.`);
  }

  #next(): string {
    const token = this.#tokens[this.#at++];
    if (token === undefined) throw this.#wrong();
    return token;
  }

  #take(token: string): boolean {
    if (this.#tokens[this.#at] !== token) return false;
    this.#at++;
    return true;
  }

  #wrong(why = ''): Error {
    return refusals.invalid('filter', this.#text, `Invalid list filter expression. ${why}`.trim());
  }
}

function valueAt(item: Json, field: string): unknown {
  return field.split('.').reduce<unknown>((value, part) => (isJson(value) ? value[part] : undefined), item);
}
