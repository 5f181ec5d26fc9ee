import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytes, duration, sayDuration, showSeconds } from '../../drills/units.ts';

const messageOf = (schema: typeof duration | typeof bytes, value: unknown) => schema.safeParse(value).error?.issues[0]?.message;

describe('a duration', () => {
  it.each([
    ['250ms', 0.25],
    ['30s', 30],
    ['1.5m', 90],
    ['2h', 7200],
    ['1d', 86_400],
    ['0s', 0],
    [12.5, 12.5],
    ['366d', 31_622_400],
  ])('of %s is %d seconds', (text, seconds) => {
    expect(duration.parse(text)).toBeCloseTo(seconds, 9);
  });

  it.each([
    '',
    ' ',
    's',
    '5',
    '-5s',
    '5 s',
    '5S',
    '1e3s',
    '1_000s',
    '.5s',
    '5.s',
    '٣s',
    '367d',
    '9'.repeat(400) + 's',
    -1,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    31_622_401,
    null,
    undefined,
    [[]],
    {},
  ])('is not %j', (value) => {
    expect(messageOf(duration, value)).toMatch(/^a duration such as 250ms, 30s, 5m, 2h or 1d, at most 366d/);
  });

  it.each([
    ['5min', '5m'],
    ['30 seconds', '30s'],
    ['1h30m', '90m'],
    ['2 Hours', '2h'],
    ['1 day', '1d'],
    ['100 msec', '100ms'],
    ['5M', '5m'],
  ])('written as %s was meant to be %s', (text, meant) => {
    expect(messageOf(duration, text)).toMatch(new RegExp(`did you mean ${meant}\\?$`));
  });

  it('never guesses what it would itself refuse', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^\d{1,15} ?[a-zA-Z]{1,7}$/)), (text) => {
        const guess = /did you mean (\S+)\?$/.exec(messageOf(duration, text) ?? '')?.[1];
        expect(guess === undefined || duration.safeParse(guess).success).toBe(true);
      }),
    );
  });

  it('is said in a way that reads back', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.integer({ min: 0, max: 31_622_400 }),
          fc.integer({ min: 0, max: 10_000 }).map((ms) => ms / 1000),
        ),
        (seconds) => {
          expect(duration.parse(sayDuration(seconds))).toBeCloseTo(seconds, 9);
        },
      ),
    );
  });
});

describe('a size', () => {
  it.each([
    ['512Ki', 524_288],
    ['256Mi', 268_435_456],
    ['1.5Gi', 1_610_612_736],
    ['1024Ti', 2 ** 50],
    [4096, 4096],
  ])('of %s is %d bytes', (text, size) => {
    expect(bytes.parse(text)).toBe(size);
  });

  it.each(['', '1', '1GB', '1G', '-1Gi', '0Mi', '0.0001Ki', '1025Ti', 0, -1, 1.5, 2 ** 51, true, null])('is not %j', (value) => {
    expect(messageOf(bytes, value)).toMatch(/^a size such as 256Mi or 1Gi, at most 1024Ti/);
  });

  it.each([
    ['256MB', '256Mi'],
    ['1 gb', '1Gi'],
    ['64k', '64Ki'],
  ])('written as %s was meant to be %s', (text, meant) => {
    expect(messageOf(bytes, text)).toMatch(new RegExp(`did you mean ${meant}\\?$`));
  });
});

describe('seconds for people', () => {
  it.each([
    [0, '0.00 s'],
    [9.994, '9.99 s'],
    [9.996, '10.0 s'],
    [59.94, '59.9 s'],
    [59.96, '1 min 0 s'],
    [119.7, '2 min 0 s'],
    [245, '4 min 5 s'],
    [3599.6, '1 h 0 min'],
    [7380, '2 h 3 min'],
  ])('%d are %s', (seconds, text) => {
    expect(showSeconds(seconds)).toBe(text);
  });
});
