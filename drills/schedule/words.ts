export const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'] as const;
/** From 0 = Sunday. */
export type Weekday = 0 | 1 | 2 | 3 | 4 | 5 | 6;

export const MONTHS = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'] as const;

/** A part of the year that begins with its first month and ends with its last, or months by number from 1. */
export type Period = 'month' | 'quarter' | 'half-year' | 'year' | readonly number[];

export const ORDINALS: ReadonlyMap<number, string> = new Map([
  [1, 'first'],
  [2, 'second'],
  [3, 'third'],
  [4, 'fourth'],
  [5, 'fifth'],
  [-1, 'last'],
]);

/** `second`, `2nd`, `last` (-1). */
export function cardinal(word: string): number | undefined {
  const named = [...ORDINALS].find(([, name]) => name === word)?.[0];
  const [, digits] = /^(\d{1,2})(?:st|nd|rd|th)$/.exec(word) ?? [];
  return named ?? (digits === undefined ? undefined : Number(digits));
}

/** `the quarter`, `every month`, `January and July`. */
export function monthsOf(words: string): Period | undefined {
  const period = words.replace(/^(the|each|every) /, '');
  if (period === 'month' || period === 'quarter' || period === 'year' || period === 'half-year') return period;
  if (period === 'half year') return 'half-year';
  const months = period.split(/,? and |, ?/).map((name) => MONTHS.findIndex((month) => month.toLowerCase() === name) + 1);
  return months.includes(0) ? undefined : [...new Set(months)].toSorted((one, other) => one - other);
}
