import type { Tone } from '../headlines.ts';

/** Plain text, text to copy, or a word with a colour. */
export type Cell = string | { readonly code: string } | { readonly tag: string; readonly tone: Tone } | readonly Cell[];

export interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
}

/** A titled part of the report, whatever it is written in. */
export interface Section {
  readonly title: string;
  readonly intro?: string;
  readonly list?: readonly string[];
  readonly tables?: readonly (Table & { readonly caption?: string })[];
  /** Said where there is nothing to show. */
  readonly none?: string;
}

/** Without rows there is no table. */
export function table(columns: readonly string[], rows: readonly (readonly Cell[])[], caption?: string): (Table & { readonly caption?: string })[] {
  return rows.length === 0 ? [] : [{ columns, rows, ...(caption === undefined ? {} : { caption }) }];
}

export function mark(ok: boolean, yes: string, no: string, noTone: Tone = 'bad'): Cell {
  return ok ? { tag: yes, tone: 'good' } : { tag: no, tone: noTone };
}
