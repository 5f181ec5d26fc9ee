import type { Fetchable } from '../spec.ts';
import type { Plan } from './records.ts';

/** What a supervisor is told on its standard input, as one line of JSON. Without that line it ends and has done nothing. */
export interface BootOrder {
  readonly plan: Plan;
  readonly thing: string;
  readonly replica: number;
  /** Recovery points that replace the data before the start; `stamp` names what they replace. */
  readonly restore?: { readonly files: Readonly<Record<string, Fetchable>>; readonly stamp: string };
}

/** How long a program may take to end by itself. */
export const GRACE_SECONDS = 5;
