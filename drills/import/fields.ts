import { at } from './paths.ts';

export type Json = Readonly<Record<string, unknown>>;

export function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Where each value of a foreign definition went. */
export class Ledger {
  readonly carried: { readonly from: string; readonly to: string }[] = [];
  /** Reasons by path, for what needs another than the usual one. */
  readonly reasons = new Map<string, string>();
  /** What a person has to do before the result can be used. */
  readonly todo: string[] = [];
}

/** A mapping within a foreign definition, at its path. Nothing counts as carried until it is said to be. */
export class Fields {
  readonly path: string;
  readonly json: Json;
  readonly ledger: Ledger;

  constructor(json: Json, path: string, ledger: Ledger) {
    this.json = json;
    this.path = path;
    this.ledger = ledger;
  }

  /** Undefined for what is not there, or is something else. */
  text(key: string): string | undefined {
    const value = this.json[key];
    return typeof value === 'string' && value !== '' ? value : undefined;
  }

  number(key: string): number | undefined {
    const value = this.json[key];
    return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
  }

  texts(key: string): readonly string[] | undefined {
    const value = this.json[key];
    return Array.isArray(value) && value.length > 0 && value.every((each) => typeof each === 'string') ? value : undefined;
  }

  within(key: string): Fields | undefined {
    const value = this.json[key];
    return isJson(value) ? new Fields(value, at(this.path, key), this.ledger) : undefined;
  }

  list(key: string): Fields[] {
    const value = this.json[key];
    return Array.isArray(value)
      ? value.flatMap((each: unknown, index) => (isJson(each) ? [new Fields(each, `${at(this.path, key)}[${index}]`, this.ledger)] : []))
      : [];
  }

  /** The value of this key now stands there. Of a list: each of its entries. */
  carry(key: string, to: string): void {
    const value = this.json[key];
    const path = at(this.path, key);
    const from = Array.isArray(value) ? value.map((_, index) => `${path}[${index}]`) : [path];
    for (const each of from) this.ledger.carried.push({ from: each, to });
  }

  because(key: string, reason: string): void {
    this.ledger.reasons.set(at(this.path, key), reason);
  }
}
