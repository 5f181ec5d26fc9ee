import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Span } from '../../drills/probing.ts';
import { findT7, type T7 } from '../../drills/measures/t7.ts';
import { at, type Bar, summary } from './sampleJournal.ts';

/** Everything stands on a grid of a quarter of a second, so that it can be looked at cell by cell. */
const CELL = 0.25;
const CELLS = 80;

type Cell = 'ams' | 'fra' | 'nameless' | 'down' | 'unknown';
const cell = fc.oneof(
  { weight: 6, arbitrary: fc.constant<Cell>('ams') },
  { weight: 1, arbitrary: fc.constantFrom<Cell>('fra', 'nameless', 'down', 'unknown') },
);
/** Runs of cells, as outages are; with a named answer in front of T0, so that each lane is one that names sites. */
const lane = fc
  .array(fc.tuple(cell, fc.integer({ min: 1, max: 20 })), { minLength: 1, maxLength: 14 })
  .map((runs) => runs.flatMap(([each, length]) => Array.from({ length }, () => each)).slice(0, CELLS));
const lanes = fc.array(lane, { minLength: 1, maxLength: 4 });
const HOLD = 3;

const STATE: Readonly<Record<Cell, readonly [Span['state'], string | undefined]>> = {
  ams: ['up', 'ams'],
  fra: ['up', 'fra'],
  nameless: ['up', undefined],
  down: ['down', undefined],
  unknown: ['unknown', undefined],
};

function summaryOf(cells: readonly Cell[], index: number) {
  const bars: Bar[] = [['up', 'fra', -1, 0]];
  for (const [position, each] of cells.entries()) {
    const [state, site] = STATE[each];
    bars.push([state, site, position * CELL, (position + 1) * CELL]);
  }
  return summary(bars, { vantage: `v${index}` });
}

const t7Of = (cells: readonly (readonly Cell[])[]): T7 => findT7(cells.map(summaryOf), { t0: at(0), holdSeconds: HOLD, site: 'ams' });

/** The definition, cell by cell and slowly: no cell of the window is bad, and enough of them are known to be good. */
function slowT7(cells: readonly (readonly Cell[])[]): number | undefined {
  const width = Math.max(...cells.map((each) => each.length));
  const good = (position: number) => cells.every((each) => each[position] === 'ams');
  const bad = (position: number) => cells.some((each) => each[position] === 'down' || each[position] === 'fra');
  for (let start = 0; start < width; start++) {
    if (!good(start)) continue;
    let known = 0;
    for (let position = start; position < width && !bad(position); position++) if (good(position) && ++known * CELL >= HOLD) return start * CELL;
  }
  return undefined;
}

const seconds = (t7: T7) => (t7.reached ? (Date.parse(t7.at) - Date.parse(at(0))) / 1000 : Infinity);

describe('T7, whatever was seen', () => {
  it('is what its definition says', () => {
    fc.assert(
      fc.property(lanes, (cells) => {
        expect(seconds(t7Of(cells))).toBe(slowT7(cells) ?? Infinity);
      }),
      { numRuns: 400 },
    );
  });

  it('never becomes earlier when less is known or more has failed', () => {
    const change = fc.record({
      lane: fc.nat(3),
      from: fc.nat(CELLS),
      length: fc.integer({ min: 1, max: 12 }),
      to: fc.constantFrom<Cell>('unknown', 'down', 'fra', 'nameless'),
    });
    fc.assert(
      fc.property(lanes, change, (cells, { lane: chosen, from, length, to }) => {
        const rank: Readonly<Record<Cell, number>> = { ams: 0, nameless: 1, unknown: 1, down: 2, fra: 2 };
        const worse = cells.map((each, index) =>
          index === chosen % cells.length
            ? each.map((was, position) => (position >= from && position < from + length && rank[to] > rank[was] ? to : was))
            : each,
        );
        expect(seconds(t7Of(worse))).toBeGreaterThanOrEqual(seconds(t7Of(cells)));
      }),
      { numRuns: 250 },
    );
  });

  it('says `unknown` only where the holes could have been a recovery, and `failures` only where something failed', () => {
    fc.assert(
      fc.property(lanes, (cells) => {
        const t7 = t7Of(cells);
        fc.pre(!t7.reached);
        const width = Math.max(...cells.map((each) => each.length));
        const hopeful = cells.map((each) =>
          Array.from({ length: width }, (_, position): Cell => (each[position] === 'down' || each[position] === 'fra' ? each[position] : 'ams')),
        );
        const failed = hopeful.some((each) => each.some((one) => one !== 'ams'));
        expect(t7.because).toBe(slowT7(hopeful) === undefined && failed ? 'failures' : 'unknown');
      }),
      { numRuns: 250 },
    );
  });

  it('does not depend on how spans are cut or in which order summaries come', () => {
    fc.assert(
      fc.property(lanes, (cells) => {
        const whole = cells.map(summaryOf);
        const halves = whole.flatMap((each) => [
          { ...each, spans: each.spans.slice(0, 5) },
          { ...each, spans: each.spans.slice(5) },
        ]);
        const rule = { t0: at(0), holdSeconds: HOLD, site: 'ams' };
        expect(findT7(halves.toReversed(), rule)).toEqual(findT7(whole, rule));
      }),
    );
  });
});
