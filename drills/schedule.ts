import { nearest, quoted } from './load/say.ts';
import { type Cron, parseCron } from './schedule/cron.ts';
import type { ScheduleMistake, ScheduleSpec, Time } from './schedule/spec.ts';
import { cardinal, DAYS, MONTHS, monthsOf, ORDINALS, type Period, type Weekday } from './schedule/words.ts';

export type { ScheduleMistake, ScheduleSpec } from './schedule/spec.ts';
export { temporalSpec, type TemporalSpec } from './schedule/temporal.ts';
export { mistakeInZone } from './schedule/zone.ts';

const EXAMPLES =
  '"first Tuesday of the quarter at 09:00", "every Monday at 03:00", "every day at 02:30", "day 15 of the month at 12:00" or a cron line of five fields';
const VOCABULARY = [...DAYS, ...MONTHS, ...ORDINALS.values(), 'every', 'day', 'weekday', 'of', 'the', 'at', 'and', 'month', 'quarter', 'half-year', 'year'].map(
  (word) => word.toLowerCase(),
);
const ALL_DAYS: readonly Weekday[] = [1, 2, 3, 4, 5, 6, 0];
const WORK_DAYS: readonly Weekday[] = [1, 2, 3, 4, 5];

/** Reads `first Tuesday of the quarter at 09:00` and its like. */
export function parseOn(text: string): ScheduleSpec | ScheduleMistake {
  const said = text.trim().replaceAll(/\s+/g, ' ');
  if (said.length > 200) return notUnderstood(said);
  if (/^(@|(CRON_)?TZ=|[\d*][\d*,/-]*( |$))/.test(said)) return cronSpec(parseCron(said));
  const [, when = '', clock] = /^(.*?)(?: at (\S+))?$/i.exec(said) ?? [];
  const at = clock === undefined ? undefined : timeOf(clock);
  if (at === 'wrong') return { mistake: `${quoted(clock ?? '')} is not a time of day; write 09:00 or 17:30` };
  const spec = rhythm(when.toLowerCase());
  if (spec === undefined) return notUnderstood(said);
  if ('mistake' in spec) return spec;
  return at ? { ...spec, at } : { mistake: `${quoted(said)} does not say at what time; write ${quoted(`${said} at 09:00`)}` };
}

/** Each word that is not known is taken for the nearest that is. */
function notUnderstood(said: string): ScheduleMistake {
  const guess = said
    .split(' ')
    .slice(0, 12)
    .map((word) => (VOCABULARY.includes(word.toLowerCase()) || /\d/.test(word) ? word : (nearest(word, VOCABULARY) ?? word)))
    .join(' ');
  const meant = guess === said ? undefined : parseOn(guess);
  const right = meant && !('mistake' in meant) ? `did you mean ${quoted(sayOn(meant))}?` : `write ${EXAMPLES}`;
  return { mistake: `${quoted(said)} is not understood; ${right}` };
}

type Rhythm =
  | { readonly every: readonly Weekday[] }
  | { readonly nth: 1 | 2 | 3 | 4 | -1; readonly weekday: Weekday; readonly of: Period }
  | { readonly day: number; readonly of: Period };

function rhythm(when: string): Rhythm | ScheduleMistake | undefined {
  const every = /^(?:every|each|on) (.+)$/.exec(when)?.[1];
  if (every !== undefined) return everyOf(every);
  const [, what = '', period = ''] = /^(?:the )?(.+?) of (.+)$/.exec(when) ?? [];
  const of = monthsOf(period);
  const [first = '', second] = what.split(' ');
  if (of === undefined || what.split(' ').length > 2) return undefined;
  if (first === 'day') return dayOf(/^\d{1,2}$/.test(second ?? '') ? Number(second) : undefined, of);
  if (second === undefined || second === 'day') return dayOf(cardinal(first), of);
  const nth = cardinal(first);
  const weekday = DAYS.findIndex((name) => name.toLowerCase() === second);
  if (!isWeekday(weekday)) return undefined;
  if (nth === 1 || nth === 2 || nth === 3 || nth === 4 || nth === -1) return { nth, weekday, of };
  return nth === 5 ? { mistake: `not every month has a fifth ${DAYS[weekday]}; write "last ${DAYS[weekday]} of …"` } : undefined;
}

function dayOf(day: number | undefined, of: Period): Rhythm | ScheduleMistake | undefined {
  if (day === undefined) return undefined;
  if (day > 31 || day === 0) return { mistake: `no month has a day ${day}; write a day from 1 to 28, or "last day of …"` };
  return day > 28 ? { mistake: `not every month has a day ${day}; write "last day of …", or a day up to 28` } : { day, of };
}

function everyOf(what: string): Rhythm | undefined {
  if (what === 'day') return { every: ALL_DAYS };
  if (what === 'weekday' || what === 'working day') return { every: WORK_DAYS };
  const days = what.split(/,? and |, ?/).map((name) => DAYS.findIndex((day) => day.toLowerCase() === name));
  const known = days.filter(isWeekday);
  return known.length === days.length ? { every: ALL_DAYS.filter((day) => known.includes(day)) } : undefined;
}

const isWeekday = (day: number): day is Weekday => Number.isInteger(day) && day >= 0 && day <= 6;

function timeOf(text: string): Time | 'wrong' {
  const [, hour, minute] = /^(\d{1,2}):(\d{2})$/.exec(text) ?? [];
  if (hour === undefined || Number(hour) > 23 || Number(minute) > 59) return 'wrong';
  return { hour: Number(hour), minute: Number(minute) };
}

const cronSpec = (cron: Cron): ScheduleSpec | ScheduleMistake => ('mistake' in cron ? cron : { cron: cron.text });

/** The same in words: `parseOn` reads them back to the same spec. */
export function sayOn(spec: ScheduleSpec): string {
  if ('cron' in spec) return spec.cron;
  const at = `at ${String(spec.at.hour).padStart(2, '0')}:${String(spec.at.minute).padStart(2, '0')}`;
  if ('every' in spec) return `every ${sayDays(spec.every)} ${at}`;
  const of = Array.isArray(spec.of) ? joined(spec.of.map((month: number) => MONTHS[month - 1] ?? '')) : `the ${String(spec.of)}`;
  if ('nth' in spec) return `${ORDINALS.get(spec.nth) ?? ''} ${DAYS[spec.weekday]} of ${of} ${at}`;
  return `${spec.day === 1 || spec.day === -1 ? `${ORDINALS.get(spec.day) ?? ''} day` : `day ${spec.day}`} of ${of} ${at}`;
}

function sayDays(days: readonly Weekday[]): string {
  if (days.length === 7) return 'day';
  return days.join() === WORK_DAYS.join() ? 'weekday' : joined(days.map((day) => DAYS[day]));
}

const joined = (names: readonly string[]) => (names.length < 2 ? (names[0] ?? '') : `${names.slice(0, -1).join(', ')} and ${names.at(-1) ?? ''}`);
