/** A type of RAML 1.0, as far as Marathon's description uses it. Parts are looked up when they are needed: types hold themselves. */
export type RamlType =
  | { readonly kind: 'any' | 'nil' | 'boolean' | 'datetime' }
  | { readonly kind: 'string'; readonly enum?: readonly string[]; readonly pattern?: RegExp; readonly minLength?: number; readonly maxLength?: number }
  | { readonly kind: 'number'; readonly whole: boolean; readonly minimum?: number; readonly maximum?: number }
  | { readonly kind: 'array'; items(): RamlType; readonly minItems?: number; readonly maxItems?: number; readonly unique: boolean }
  | { readonly kind: 'object'; readonly properties: ReadonlyMap<string, Property>; readonly patterns: readonly Pattern[] }
  | { readonly kind: 'union'; of(): readonly RamlType[] };

export interface Property {
  readonly required: boolean;
  readonly default?: unknown;
  type(): RamlType;
}

/** Properties named by a regular expression. */
export interface Pattern {
  readonly name: RegExp;
  type(): RamlType;
}
