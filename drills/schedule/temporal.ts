import type { ScheduleSpec, Time } from './spec.ts';
import type { DAYS, MONTHS, Period, Weekday } from './words.ts';

type Month = Uppercase<(typeof MONTHS)[number]>;
type Day = Uppercase<(typeof DAYS)[number]>;
interface Range {
  readonly start: number;
  readonly end: number;
  readonly step: number;
}
interface Calendar {
  readonly comment: string;
  year?: Range[];
  month?: Month[];
  dayOfMonth?: Range;
  dayOfWeek?: Day[];
  readonly hour: number;
  readonly minute: number;
}

/** The part of a Temporal schedule's spec that says when. Its conditions hold together: a day of the month and a weekday are the one that is both. */
export type TemporalSpec = { readonly calendars: Calendar[] } | { readonly cronExpressions: string[] };

/** `comment` is what the Temporal UI shows beside each calendar. */
export function temporalSpec(spec: ScheduleSpec, comment: string): TemporalSpec {
  if ('cron' in spec) return { cronExpressions: [`${spec.cron} # ${comment}`] };
  const start = (at: Time) => ({ comment, hour: at.hour, minute: at.minute });
  if ('every' in spec) return { calendars: [{ ...start(spec.at), ...(spec.every.length < 7 ? { dayOfWeek: spec.every.map(dayName) } : {}) }] };
  const weekday = 'nth' in spec ? { dayOfWeek: [dayName(spec.weekday)] } : {};
  const count = 'nth' in spec ? spec.nth : spec.day;
  const week = 'nth' in spec ? 7 : 1;
  if (count > 0) {
    const months = monthsIn(spec.of, 'first');
    const first = (count - 1) * week + 1;
    return {
      calendars: [
        { ...start(spec.at), ...weekday, ...(months.length < 12 ? { month: months.map(monthName) } : {}), dayOfMonth: span(first, first + week - 1) },
      ],
    };
  }
  return { calendars: lastDays(monthsIn(spec.of, 'last'), week).map((days) => ({ ...start(spec.at), ...weekday, ...days })) };
}

/** As months end on different days, so do their last days and weeks: one calendar for each length of a month. */
function lastDays(months: readonly number[], days: number): Pick<Calendar, 'year' | 'month' | 'dayOfMonth'>[] {
  const lengths = [
    { length: 31, of: [1, 3, 5, 7, 8, 10, 12] },
    { length: 30, of: [4, 6, 9, 11] },
    { length: 28, of: [2], year: [span(2025, 2097, 4), span(2026, 2098, 4), span(2027, 2099, 4), span(2100, 2100)] },
    { length: 29, of: [2], year: [span(2024, 2096, 4)] },
  ];
  return lengths.flatMap(({ length, of, year }) => {
    const own = months.filter((month) => of.includes(month));
    return own.length === 0 ? [] : [{ ...(year ? { year } : {}), month: own.map(monthName), dayOfMonth: span(length - days + 1, length) }];
  });
}

function monthsIn(period: Period, end: 'first' | 'last'): readonly number[] {
  if (typeof period !== 'string') return period;
  const every = { month: 1, quarter: 3, 'half-year': 6, year: 12 }[period];
  return Array.from({ length: 12 / every }, (_, index) => index * every + (end === 'first' ? 1 : every));
}

const span = (start: number, end: number, step = 1): Range => ({ start, end, step });

const DAY_NAMES: readonly Day[] = ['SUNDAY', 'MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY'];
const MONTH_NAMES: readonly Month[] = [
  'JANUARY',
  'FEBRUARY',
  'MARCH',
  'APRIL',
  'MAY',
  'JUNE',
  'JULY',
  'AUGUST',
  'SEPTEMBER',
  'OCTOBER',
  'NOVEMBER',
  'DECEMBER',
];
const dayName = (day: Weekday): Day => DAY_NAMES[day] ?? 'SUNDAY';
const monthName = (month: number): Month => MONTH_NAMES[month - 1] ?? 'JANUARY';
