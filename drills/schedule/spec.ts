import type { Period, Weekday } from './words.ts';

export interface Time {
  readonly hour: number;
  readonly minute: number;
}

/** When a drill runs by itself, as plain data. Months count from 1, weekdays from 0 = Sunday; `last` is -1. */
export type ScheduleSpec =
  | { readonly every: readonly Weekday[]; readonly at: Time }
  | { readonly nth: 1 | 2 | 3 | 4 | -1; readonly weekday: Weekday; readonly of: Period; readonly at: Time }
  | { readonly day: number; readonly of: Period; readonly at: Time }
  | { readonly cron: string };

export interface ScheduleMistake {
  readonly mistake: string;
}
