import { expect, it } from 'vitest';
import { LedgerCounter } from '../../activities/outside/ledger.ts';
import type { LedgerLine } from '../../activities/outside/lines.ts';
import { at } from './support/lines.ts';

/** Acknowledged after 10 ms, unless told otherwise. */
const acked = (seq: number, sent: number, site = 'a', took = 0.01): LedgerLine => ({ seq, sentAt: at(sent), ackAt: at(sent + took), site });
const refused = (seq: number, sent: number): LedgerLine => ({ seq, sentAt: at(sent), error: 'refused' });

function count(lines: readonly LedgerLine[], until: number) {
  const counter = new LedgerCounter(0.1);
  for (const line of lines) counter.add(line);
  return counter.end(new Date(at(until)));
}

it('counts by the site that acknowledged', () => {
  const { bySite, sent, acknowledged } = count([acked(1, 0), acked(2, 0.1), refused(3, 0.2), acked(4, 0.3, 'b')], 0.4);
  expect({ sent, acknowledged }).toEqual({ sent: 4, acknowledged: 3 });
  expect(bySite).toEqual({
    a: { first: { seq: 1, sentAt: at(0), ackAt: at(0.01) }, last: { seq: 2, sentAt: at(0.1), ackAt: at(0.11) }, count: 2 },
    b: { first: { seq: 4, sentAt: at(0.3), ackAt: at(0.31) }, last: { seq: 4, sentAt: at(0.3), ackAt: at(0.31) }, count: 1 },
  });
});

it('tells silences of more than three intervals, first and last ones included', () => {
  const { silences } = count([refused(1, 0), acked(2, 0.5), acked(3, 0.8), acked(4, 1.5)], 2);
  expect(silences).toEqual([
    { from: at(0), to: at(0.51) },
    { from: at(0.81), to: at(1.51) },
    { from: at(1.51), to: at(2) },
  ]);
});

it('hears the acknowledgements that came while an earlier one was under way', () => {
  const { silences } = count([acked(1, 0), acked(2, 0.1, 'a', 0.9), ...[3, 4, 5, 6, 7, 8, 9, 10].map((seq) => acked(seq, seq / 10))], 1.1);
  expect(silences).toEqual([]);
});

it('knows which numbers are taken even when a process left no line', () => {
  const counter = new LedgerCounter(0.1);
  expect(counter.highest).toBeUndefined();
  counter.add({ started: at(0), pid: 1, first: 40, everySeconds: 0.1, timeoutSeconds: 1 });
  expect(counter.highest).toBe(40);
});

it('tells the turns of the sites apart, so that a source that writes again in between is seen', () => {
  const { turns } = count([acked(1, 0), acked(2, 0.1), acked(3, 0.2, 'b'), acked(4, 0.3), acked(5, 0.4, 'b')], 0.5);
  expect(turns?.map(({ site, first, last }) => `${site} ${first.seq}-${last.seq}`)).toEqual(['a 1-2', 'b 3-3', 'a 4-4', 'b 5-5']);
});
