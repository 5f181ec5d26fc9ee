import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Entry } from '../../drills/journal.ts';
import { measure } from '../../drills/measures/measures.ts';
import { type Outcome, verdict } from '../../drills/verdict.ts';
import { at, type Bar, entry, idOf, isolatedRun, liveRun, OUT_AND_BACK, reading, rehearsal, summary } from './sampleJournal.ts';

/** Passing is the best that can be said, failing the worst. */
const RANK: Readonly<Record<Outcome, number>> = { passed: 0, skipped: 0, aborted: 0, inconclusive: 1, failed: 2 };

/** Any run, with entries missing, repeated and added. */
const journal: fc.Arbitrary<Entry[]> = fc
  .record({
    base: fc.constantFrom(liveRun(), liveRun({ mode: 'planned' }), isolatedRun(), rehearsal()),
    keep: fc.infiniteStream(fc.integer({ min: 0, max: 19 })),
    also: fc.subarray<Entry>([
      entry(2, { type: 'locked', holder: 'drill/x' }),
      entry(12, { type: 'unfenced', what: 'db at onprem-fra', missing: 'still runs' }),
      entry(14, { type: 'component', component: 'api', site: 'onprem-ams', required: true, ready: false, code: 'Quota', detail: 'none left' }),
      entry(20, { type: 'stopped', how: 'abort', by: 'ana', reason: 'enough' }),
      entry(24.4, { type: 'hold', way: 'out', met: false, detail: 'not yet' }),
      entry(26.5, { type: 'canary-unread', way: 'out', detail: 'answered 500' }),
      entry(30, { type: 'gave-up', reason: 'limit' }),
      entry(41, { type: 'probe-lost', vantage: 'here', probe: 'tcp', detail: 'gone' }),
      entry(43, { type: 'leftovers', site: 'onprem-ams', found: 'unknown', detail: 'no answer' }),
      entry(44, { type: 'leftovers', site: 'onprem-ams', found: [{ kind: 'workload', id: idOf('db'), nativeId: 'process 4711' }], detail: 'listed' }),
    ]),
  })
  .map(({ base, keep, also }) =>
    [...base, ...also].flatMap((each) => {
      const { value } = keep.next();
      return value === 0 ? [] : value === 1 ? [each, each] : [each];
    }),
  );

function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null) for (const each of Object.values(Object.freeze(value))) frozen(each);
  return value;
}

/** Kinds of entries that are read together, so that their order among each other tells something. */
const TOGETHER: Readonly<Record<string, string>> = { unfenced: 'fenced', 'canary-unread': 'canary-read' };

describe('the verdict, whatever the journal', () => {
  it('is always one with a reason, and the same for the same entries', () => {
    fc.assert(
      fc.property(journal, (entries) => {
        const got = verdict(frozen(entries));
        expect(got.reasons.length).toBeGreaterThan(0);
        expect(got.reasons.every((reason) => reason.length > 3 && !/undefined|NaN|Infinity|\[object/.test(reason))).toBe(true);
        expect(verdict(entries)).toEqual(got);
      }),
      { numRuns: 200 },
    );
  });

  it('survives being written down and read again', () => {
    fc.assert(
      fc.property(journal, (entries) => {
        const read: Entry[] = JSON.parse(JSON.stringify(entries));
        expect(verdict(read)).toEqual(verdict(entries));
        expect(measure(read)).toEqual(measure(entries));
      }),
    );
  });

  it('depends on the order of what is said of one thing, not on how things are woven into each other', () => {
    fc.assert(
      fc.property(journal, (entries) => {
        const sorted = [...Map.groupBy(entries, ({ type }) => TOGETHER[type] ?? type).values()].toReversed().flat();
        expect(verdict(sorted).outcome).toBe(verdict(entries).outcome);
        expect(measure(sorted).rta).toEqual(measure(entries).rta);
      }),
      { numRuns: 200 },
    );
  });
});

const quarter = (most: number) => fc.integer({ min: 0, max: most * 4 }).map((many) => many / 4);
const thousandths = (least: number, most: number) => fc.integer({ min: least * 1000, max: most * 1000 }).map((many) => many / 1000);

describe('no good word too many', () => {
  it('a recovery passes only when its whole error bar is below the RTO, and fails only when all of it is above', () => {
    fc.assert(
      fc.property(thousandths(11, 30), thousandths(0.5, 30), (back, rtoSeconds) => {
        const bars: Bar[] = [['up', 'onprem-fra', 1, 10], ['down', undefined, 10, back], ['up', 'onprem-ams', back, 35.5], ...OUT_AND_BACK.slice(3)];
        const { outcome } = verdict(liveRun({ probes: [summary(bars)], objectives: { rtoSeconds, rpoSeconds: 10, holdSeconds: 5 } }));
        const worst = Math.round((back - 10 + 1.3) * 1000) / 1000;
        const best = Math.round((back - 10 - 1.3) * 1000) / 1000;
        expect(outcome).toBe(best > rtoSeconds ? 'failed' : worst > rtoSeconds ? 'inconclusive' : 'passed');
      }),
      { numRuns: 200 },
    );
  });

  it('more loss never gives a better verdict', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 60 }),
        fc.nat(60),
        fc.nat(60),
        thousandths(0, 12),
        fc.boolean(),
        fc.constantFrom('unplanned' as const, 'planned' as const),
        (acknowledged, one, other, rpoSeconds, point, mode) => {
          const [less = 0, more = 0] = [Math.min(one, acknowledged), Math.min(other, acknowledged)].toSorted((a, b) => a - b);
          const outcome = (lost: number) =>
            verdict(
              liveRun({
                mode,
                read: reading(acknowledged, lost),
                objectives: { rtoSeconds: 60, rpoSeconds, holdSeconds: 5 },
                ...(point ? {} : { without: (each: Entry) => each.type === 'recovery-point' }),
              }),
            ).outcome;
          expect(RANK[outcome(more)]).toBeGreaterThanOrEqual(RANK[outcome(less)]);
        },
      ),
      { numRuns: 250 },
    );
  });

  it('what is unknown never counts as up: taking sight away never makes a drill pass', () => {
    fc.assert(
      fc.property(quarter(40), quarter(12), thousandths(5, 30), fc.boolean(), (from, length, rtoSeconds, hold) => {
        const hole: Bar[] = OUT_AND_BACK.flatMap(([state, site, start, end]): Bar[] =>
          [
            [state, site, start, Math.min(end, from)] as const,
            ['unknown', undefined, Math.max(start, from), Math.min(end, from + length)] as const,
            [state, site, Math.max(start, from + length), end] as const,
          ].filter(([, , a, b]) => a < b),
        );
        const outcome = (bars: readonly Bar[]) =>
          verdict(liveRun({ probes: [summary(bars)], hold, objectives: { rtoSeconds, rpoSeconds: 10, holdSeconds: 5 } })).outcome;
        if (outcome(OUT_AND_BACK) !== 'passed') expect(outcome(hole)).not.toBe('passed');
      }),
      { numRuns: 200 },
    );
  });

  it('an outage planted anywhere between disruption and hold never makes a drill pass that would not', () => {
    fc.assert(
      fc.property(thousandths(10, 30), thousandths(0.001, 6), thousandths(5, 30), (from, length, rtoSeconds) => {
        const planted = summary(
          [
            ['up', undefined, 1, from],
            ['down', undefined, from, from + length],
            ['up', undefined, from + length, 42],
          ],
          { probe: 'tcp' },
        );
        const outcome = (...more: ReturnType<typeof summary>[]) =>
          verdict(liveRun({ probes: [summary(OUT_AND_BACK), ...more], objectives: { rtoSeconds, rpoSeconds: 10, holdSeconds: 5 } })).outcome;
        expect(RANK[outcome(planted)]).toBeGreaterThanOrEqual(RANK[outcome()]);
      }),
      { numRuns: 200 },
    );
  });

  it('passes nothing whose leftovers are not known', () => {
    fc.assert(
      fc.property(journal, (entries) => {
        const blind = entries.filter(({ type }) => type !== 'leftovers');
        const { outcome } = verdict(blind);
        const rehearsed = blind.some((each) => each.type === 'planned' && each.mode === 'rehearse');
        if (!rehearsed) expect(outcome).not.toBe('passed');
      }),
      { numRuns: 300 },
    );
  });

  it('takes a later look for leftovers over an earlier one', () => {
    const dirty = entry(43, {
      type: 'leftovers',
      site: 'onprem-ams',
      found: [{ kind: 'workload', id: idOf('db'), nativeId: 'process 4711' }],
      detail: 'listed',
    });
    const clean = entry(44, { type: 'leftovers', site: 'onprem-ams', found: [], detail: `listed at ${at(44)}` });
    expect(verdict(liveRun({ also: [dirty, clean] })).outcome).toBe('passed');
    expect(verdict(liveRun({ also: [clean, { ...dirty, at: at(45) }] })).outcome).toBe('failed');
  });
});
