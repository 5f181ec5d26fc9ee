import { z } from 'zod';

const SECONDS: Readonly<Record<string, number>> = { ms: 0.001, s: 1, m: 60, h: 3600, d: 86_400 };
const BYTES: Readonly<Record<string, number>> = { Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40 };
const LONGEST_SECONDS = 366 * 86_400;
const LARGEST_BYTES = 2 ** 50;

const DURATION = /^(\d{1,12}(?:\.\d{1,9})?)(ms|s|m|h|d)$/;
const SIZE = /^(\d{1,12}(?:\.\d{1,9})?)(Ki|Mi|Gi|Ti)$/;

/** What people write for a unit. */
const WRITTEN: readonly (readonly [unit: string, as: RegExp])[] = [
  ['ms', /^(ms|msecs?|milliseconds?)$/],
  ['s', /^(s|secs?|seconds?)$/],
  ['m', /^(m|mins?|minutes?)$/],
  ['h', /^(h|hrs?|hours?)$/],
  ['d', /^(d|days?)$/],
];

// Messages of schemas say what would be right, as a noun: the loader puts "… is not" before them.
const aDuration = { error: ({ input }: { input?: unknown }) => `a duration such as 250ms, 30s, 5m, 2h or 1d, at most 366d${meant(durationMeant(input))}` };
const aSize = { error: ({ input }: { input?: unknown }) => `a size such as 256Mi or 1Gi, at most 1024Ti${meant(sizeMeant(input))}` };

/** `250ms`, `30s`, `5m`, `2h`, `1d`, or a number of seconds. Gives seconds. */
export const duration = z
  .union(
    [
      z.number(aDuration).nonnegative(aDuration).max(LONGEST_SECONDS, aDuration),
      z
        .string(aDuration)
        .regex(DURATION, aDuration)
        .refine((text) => measure(text, DURATION, SECONDS) <= LONGEST_SECONDS, aDuration),
    ],
    aDuration,
  )
  .meta({ id: 'duration', description: '`250ms`, `30s`, `5m`, `2h`, `1d`, or a number of seconds; at most `366d`.' })
  .transform((value) => (typeof value === 'number' ? value : measure(value, DURATION, SECONDS)));

/** `256Mi`, `1Gi`, or a number of bytes. Gives bytes. */
export const bytes = z
  .union(
    [
      z.number(aSize).int(aSize).positive(aSize).max(LARGEST_BYTES, aSize),
      z
        .string(aSize)
        .regex(SIZE, aSize)
        .refine((text) => inBytes(text) >= 1 && inBytes(text) <= LARGEST_BYTES, aSize),
    ],
    aSize,
  )
  .meta({ id: 'size', description: '`512Ki`, `256Mi`, `1Gi`, `2Ti`, or a number of bytes; at most `1024Ti`.' })
  .transform((value) => (typeof value === 'number' ? value : inBytes(value)));

function measure(text: string, form: RegExp, units: Readonly<Record<string, number>>): number {
  const [, figure = '', unit = ''] = form.exec(text) ?? [];
  return Number(figure) * (units[unit] ?? Number.NaN);
}

const inBytes = (text: string) => Math.round(measure(text, SIZE, BYTES));

const meant = (guess: string | undefined) => (guess === undefined ? '' : `; did you mean ${guess}?`);

/** `5min`, `30 sec`, `1h30m`. */
function durationMeant(input: unknown): string | undefined {
  if (typeof input !== 'string' || !/^[\d.a-z ]{2,40}$/i.test(input) || !/^(\s*\d+(\.\d+)?\s*[a-z]+)+\s*$/i.test(input)) return undefined;
  let total = 0;
  for (const [, figure, word = ''] of input.toLowerCase().matchAll(/(\d+(?:\.\d+)?)\s*([a-z]+)/g)) {
    total += Number(figure) * (SECONDS[WRITTEN.find(([, as]) => as.test(word))?.[0] ?? ''] ?? Number.NaN);
  }
  return total <= LONGEST_SECONDS && DURATION.test(sayDuration(total)) ? sayDuration(total) : undefined;
}

/** `256MB`, `1 Gi`. */
function sizeMeant(input: unknown): string | undefined {
  if (typeof input !== 'string') return undefined;
  const [, figure = '0', unit = ''] = /^\s*(\d{1,12}(?:\.\d{1,9})?)\s*([kmgt])i?b?\s*$/i.exec(input) ?? [];
  return Number(figure) > 0 ? `${figure}${unit.toUpperCase()}i` : undefined;
}

/** The way to write it in a file: `90s`, `5m`, `2h`. */
export function sayDuration(seconds: number): string {
  if (!Number.isInteger(seconds)) return Number.isInteger(seconds * 1000) ? `${seconds * 1000}ms` : `${seconds}s`;
  const [unit, each] = (['d', 'h', 'm'] as const)
    .map((unit) => [unit, SECONDS[unit] ?? 1] as const)
    .find(([, each]) => seconds >= each && seconds % each === 0) ?? ['s', 1];
  return `${seconds / each}${unit}`;
}

/** `12.3 s`, `4 min 5 s`, `2 h 3 min`: for people. */
export function showSeconds(seconds: number): string {
  if (seconds < 9.995) return `${seconds.toFixed(2)} s`;
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  const minutes = Math.round(seconds / 60);
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
