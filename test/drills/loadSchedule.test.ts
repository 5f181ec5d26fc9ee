import { describe, expect, expectTypeOf, it } from 'vitest';
import fc from 'fast-check';
import type { ScheduleSpec as ServerSpec } from '@temporalio/client';
import { mistakeInZone, parseOn, sayOn, type ScheduleSpec, temporalSpec, type TemporalSpec } from '../../drills/schedule.ts';
import { DAYS, MONTHS } from '../../drills/schedule/words.ts';

function spec(text: string): ScheduleSpec {
  const parsed = parseOn(text);
  if ('mistake' in parsed) throw new Error(parsed.mistake);
  return parsed;
}
const mistake = (text: string) => {
  const parsed = parseOn(text);
  return 'mistake' in parsed ? parsed.mistake : undefined;
};

describe('words for when a drill runs', () => {
  it.each([
    ['first Tuesday of the quarter at 09:00', { nth: 1, weekday: 2, of: 'quarter', at: { hour: 9, minute: 0 } }],
    ['the third friday of every month at 7:30', { nth: 3, weekday: 5, of: 'month', at: { hour: 7, minute: 30 } }],
    ['last Monday of the month at 23:59', { nth: -1, weekday: 1, of: 'month', at: { hour: 23, minute: 59 } }],
    ['2nd Sunday of January and July at 00:00', { nth: 2, weekday: 0, of: [1, 7], at: { hour: 0, minute: 0 } }],
    ['every Monday at 03:00', { every: [1], at: { hour: 3, minute: 0 } }],
    ['every Friday, Monday and Wednesday at 03:00', { every: [1, 3, 5], at: { hour: 3, minute: 0 } }],
    ['every weekday at 03:00', { every: [1, 2, 3, 4, 5], at: { hour: 3, minute: 0 } }],
    ['every  day   at 02:30', { every: [1, 2, 3, 4, 5, 6, 0], at: { hour: 2, minute: 30 } }],
    ['day 15 of the month at 12:00', { day: 15, of: 'month', at: { hour: 12, minute: 0 } }],
    ['15th of the month at 12:00', { day: 15, of: 'month', at: { hour: 12, minute: 0 } }],
    ['first day of the quarter at 06:00', { day: 1, of: 'quarter', at: { hour: 6, minute: 0 } }],
    ['last day of the half-year at 06:00', { day: -1, of: 'half-year', at: { hour: 6, minute: 0 } }],
    ['0 3 * * 1', { cron: '0 3 * * 1' }],
    ['30 8 1 jan,apr,jul,oct *', { cron: '30 8 1 JAN,APR,JUL,OCT *' }],
    ['*/15 9-17 * * MON-FRI', { cron: '*/15 9-17 * * MON-FRI' }],
  ])('reads %s', (text, expected) => {
    expect(parseOn(text)).toEqual(expected);
  });

  it.each([
    '',
    'soon',
    'at 09:00',
    'every at 09:00',
    'first of at 09:00',
    'first Tuesday at 09:00',
    'every 2 days at 09:00',
    'every Monday at 24:00',
    'every Monday at 9',
    'every Monday at 09:60',
    'day 0 of the month at 09:00',
    'day 29 of the month at 09:00',
    'day 32 of the month at 09:00',
    'zeroth Monday of the month at 09:00',
    'fifth Monday of the month at 09:00',
    '* * * *',
    '60 * * * *',
    '* * * 13 *',
    '* * * * 8',
    '5-1 * * * *',
    '*/0 * * * *',
    '1,,2 * * * *',
    '@daily',
    '0 9 1 * MON',
    'x'.repeat(10_000),
  ])('refuses %j in one short line', (text) => {
    expect(mistake(text)).toMatch(/^[^\n]{10,400}$/);
  });

  it('says what was meant by a misspelt word', () => {
    expect(mistake('frist Tusday of the quater at 09:00')).toBe(
      '"frist Tusday of the quater at 09:00" is not understood; did you mean "first Tuesday of the quarter at 09:00"?',
    );
  });

  it('reads back what it says', () => {
    const at = fc.record({ hour: fc.integer({ min: 0, max: 23 }), minute: fc.integer({ min: 0, max: 59 }) });
    const of = fc.constantFrom('the month', 'the quarter', 'the half-year', 'the year', 'May', 'February and August', 'March, June and December');
    const day = fc.constantFrom(...DAYS);
    const when = fc.oneof(
      fc.tuple(fc.constantFrom('first', 'second', 'third', 'fourth', 'last'), day, of).map(([nth, name, period]) => `${nth} ${name} of ${period}`),
      fc.tuple(fc.integer({ min: 1, max: 28 }), of).map(([number, period]) => `day ${number} of ${period}`),
      fc.subarray([...DAYS], { minLength: 1 }).map((days) => `every ${days.join(', ')}`),
    );
    fc.assert(
      fc.property(when, at, (words, { hour, minute }) => {
        const once = spec(`${words} at ${hour}:${String(minute).padStart(2, '0')}`);
        expect(parseOn(sayOn(once))).toEqual(once);
      }),
    );
  });
});

describe('calendars for the Temporal server', () => {
  it('are of its own type', () => {
    expectTypeOf<TemporalSpec>().toExtend<ServerSpec>();
  });

  it('are the months of the quarter, the weekday and the days of its week', () => {
    expect(temporalSpec(spec('first Tuesday of the quarter at 09:00'), 'orders')).toEqual({
      calendars: [
        {
          comment: 'orders',
          hour: 9,
          minute: 0,
          month: ['JANUARY', 'APRIL', 'JULY', 'OCTOBER'],
          dayOfWeek: ['TUESDAY'],
          dayOfMonth: { start: 1, end: 7, step: 1 },
        },
      ],
    });
  });

  it('leave out what is always so', () => {
    expect(temporalSpec(spec('every day at 02:30'), 'x')).toEqual({ calendars: [{ comment: 'x', hour: 2, minute: 30 }] });
    expect(temporalSpec(spec('15 2 * * *'), 'x')).toEqual({ cronExpressions: ['15 2 * * * # x'] });
  });

  /** Days on which all conditions of one of the calendars hold, as the server judges them. */
  function daysOf(words: string, from: number, to: number): string[] {
    const made = temporalSpec(spec(words), 'x');
    const days: string[] = [];
    for (let at = Date.UTC(from, 0, 1); at < Date.UTC(to + 1, 0, 1); at += 86_400_000) {
      const date = new Date(at);
      const holds =
        'calendars' in made &&
        made.calendars.some(({ year, month, dayOfMonth, dayOfWeek }) => {
          const inYear =
            year === undefined ||
            year.some(({ start, end, step }) => date.getUTCFullYear() >= start && date.getUTCFullYear() <= end && (date.getUTCFullYear() - start) % step === 0);
          const inMonth = month === undefined || month.some((name) => name === MONTHS[date.getUTCMonth()]?.toUpperCase());
          const onDay = dayOfMonth === undefined || (date.getUTCDate() >= dayOfMonth.start && date.getUTCDate() <= dayOfMonth.end);
          return inYear && inMonth && onDay && (dayOfWeek === undefined || dayOfWeek.some((name) => name === DAYS[date.getUTCDay()]?.toUpperCase()));
        });
      if (holds) days.push(date.toISOString().slice(0, 10));
    }
    return days;
  }

  it('hold on one day of every quarter', () => {
    expect(daysOf('first Tuesday of the quarter at 09:00', 2026, 2027)).toEqual([
      '2026-01-06',
      '2026-04-07',
      '2026-07-07',
      '2026-10-06',
      '2027-01-05',
      '2027-04-06',
      '2027-07-06',
      '2027-10-05',
    ]);
    expect(daysOf('last day of the quarter at 09:00', 2026, 2026)).toEqual(['2026-03-31', '2026-06-30', '2026-09-30', '2026-12-31']);
    expect(daysOf('last Friday of the quarter at 09:00', 2026, 2026)).toEqual(['2026-03-27', '2026-06-26', '2026-09-25', '2026-12-25']);
  });

  it('hold on the last weekday of every month, in leap years too', () => {
    const days = daysOf('last Friday of the month at 09:00', 2024, 2032);
    expect(days).toHaveLength(9 * 12);
    for (const day of days) {
      const next = new Date(Date.parse(day) + 7 * 86_400_000);
      expect(next.getUTCMonth()).not.toBe(new Date(day).getUTCMonth());
    }
    expect(daysOf('last day of February at 09:00', 2026, 2029)).toEqual(['2026-02-28', '2027-02-28', '2028-02-29', '2029-02-28']);
  });
});

describe('a time zone', () => {
  it.each(['UTC', 'GMT', 'CET', 'Europe/Dublin', 'America/Argentina/Buenos_Aires', 'America/Port-au-Prince', 'Etc/GMT+5', 'US/Eastern', 'Asia/Calcutta'])(
    'may be %s',
    (zone) => {
      expect(mistakeInZone(zone)).toBeUndefined();
    },
  );

  it.each([
    ['europe/dublin', 'write Europe/Dublin'],
    ['utc', 'write UTC'],
    ['Dublin', 'did you mean Europe/Dublin?'],
    ['Europe/New York', 'did you mean America/New_York?'],
    ['+01:00', 'write a name such as Europe/Dublin or UTC'],
    ['Mars/Olympus', 'write a name such as Europe/Dublin or UTC'],
    ['', 'write a name such as Europe/Dublin or UTC'],
  ])('is not %j', (zone, right) => {
    expect(mistakeInZone(zone)).toBe(right);
  });
});
