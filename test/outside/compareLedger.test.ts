import { expect, it } from 'vitest';
import { markerHash } from '../../activities/outside/canary/marker.ts';
import { compareLedger, type Listed } from '../../activities/outside/compareLedger.ts';
import type { AckedMarker } from '../../activities/outside/ledger.ts';
import { at } from './support/lines.ts';

const RUN = 'run';

/** Sent at `seq` seconds, acknowledged half a second later. */
const marker = (seq: number, site?: string): AckedMarker => ({ seq, sentAt: at(seq), ackAt: at(seq + 0.5), ...(site && { site }) });
const listed = (seq: number, run = RUN): Listed => ({ id: `${run}-${seq}`, hash: markerHash(`${run}-${seq}`) });
const plain = (seq: number) => ({ seq, sentAt: at(seq), ackAt: at(seq + 0.5) });
const ledger = [1, 2, 3, 4, 5].map((seq) => marker(seq));

it('loses nothing when everything is there', () => {
  expect(
    compareLedger(
      ledger,
      [1, 2, 3, 4, 5].map((seq) => listed(seq)),
      { run: RUN },
    ),
  ).toEqual({
    acknowledged: 5,
    survived: 5,
    lost: 0,
    duplicated: 0,
    reordered: 0,
    firstAcknowledged: plain(1),
    lastAcknowledged: plain(5),
  });
});

it('counts one that is missing in the middle, though later ones survived', () => {
  expect(
    compareLedger(
      ledger,
      [1, 2, 4, 5].map((seq) => listed(seq)),
      { run: RUN },
    ),
  ).toMatchObject({ survived: 4, lost: 1, firstLost: plain(3), newestBeforeLoss: plain(2) });
});

it('has no newest before the loss when the first one is lost', () => {
  const reading = compareLedger(ledger, [listed(5)], { run: RUN });
  expect(reading).toMatchObject({ survived: 1, lost: 4, firstLost: plain(1) });
  expect(reading).not.toHaveProperty('newestBeforeLoss');
});

it('counts a marker with a wrong hash as lost', () => {
  const changed = [...[1, 2, 3, 4].map((seq) => listed(seq)), { id: 'run-5', hash: markerHash('run-4') }];
  expect(compareLedger(ledger, changed, { run: RUN })).toMatchObject({ lost: 1, firstLost: plain(5), newestBeforeLoss: plain(4) });
});

it('counts markers that are there more than once', () => {
  expect(
    compareLedger(
      ledger,
      [1, 2, 2, 3, 4, 4, 4, 5].map((seq) => listed(seq)),
      { run: RUN },
    ),
  ).toMatchObject({ survived: 5, duplicated: 2, reordered: 0 });
});

it('counts a marker that stands behind one which was sent after it had been acknowledged', () => {
  expect(
    compareLedger(
      ledger,
      [1, 3, 2, 4, 5].map((seq) => listed(seq)),
      { run: RUN },
    ),
  ).toMatchObject({ survived: 5, reordered: 1 });
});

it('does not blame the workload for the order of markers that were under way together', () => {
  const together = [marker(1), { ...marker(2), ackAt: at(4.2) }, marker(3), marker(4)];
  expect(
    compareLedger(
      together,
      [1, 3, 4, 2].map((seq) => listed(seq)),
      { run: RUN },
    ),
  ).toMatchObject({ survived: 4, reordered: 0 });
});

it('takes a list with the newest first as it is', () => {
  expect(
    compareLedger(
      ledger,
      [5, 4, 3, 2, 1].map((seq) => listed(seq)),
      { run: RUN },
    ),
  ).toMatchObject({ survived: 5, reordered: 0 });
});

it('asks only for what the site acknowledged, before the instant', () => {
  const two = [marker(1, 'a'), marker(2, 'a'), marker(3, 'b'), marker(4, 'a')];
  expect(compareLedger(two, [listed(1)], { run: RUN, site: 'a', until: at(4) })).toMatchObject({
    acknowledged: 2,
    survived: 1,
    lost: 1,
    lastAcknowledged: plain(2),
  });
});

it('does not take markers of another run for its own', () => {
  expect(compareLedger([marker(1)], [listed(1, 'run-1'), listed(1, 'other')], { run: RUN })).toMatchObject({ survived: 0, lost: 1, duplicated: 0 });
});

it('says nothing of an empty ledger', () => {
  expect(compareLedger([], [], { run: RUN })).toEqual({ acknowledged: 0, survived: 0, lost: 0, duplicated: 0, reordered: 0 });
});

it('compares 100,000 markers in a moment', () => {
  const many = Array.from({ length: 100_000 }, (_, seq) => marker(seq));
  const reading = compareLedger(
    many,
    many.filter(({ seq }) => seq !== 50_000).map(({ seq }) => listed(seq)),
    { run: RUN },
  );
  expect(reading).toMatchObject({ survived: 99_999, lost: 1, reordered: 0 });
});
