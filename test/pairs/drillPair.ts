import { setTimeout as sleep } from 'node:timers/promises';
import type { Mode } from '../../drills/schema/names.ts';
import type { DrillRecord } from '../../drills/record.ts';
import { planExample, putExample } from '../../lab/exampleDrill.ts';
import { drillName } from '../../lab/ordersProject.ts';
import { drillToEnd, evidenceOf } from '../e2e/support/drills.ts';
import { startQuickStand } from '../e2e/support/quickStand.ts';
import { changed, look, type PairedSite } from './site.ts';

export interface PairResult {
  readonly from: PairedSite;
  readonly to: PairedSite;
  readonly mode: Mode;
  readonly record: DrillRecord;
  /** What differs between the sites' own lists before and after; empty = nothing. */
  readonly changes: readonly string[];
}

/** Machines end and listings settle for as long as this. */
const SETTLE_MS = 20_000;

/** One stand of its own: the example put at `from`, and a drill to `to` in each of these modes, one after the other. */
export async function* drillPair(from: PairedSite, to: PairedSite, modes: readonly Mode[]): AsyncGenerator<PairResult> {
  const stand = await startQuickStand({
    pair: { from, to },
    edits: {
      'workloads/orders.yaml': [[['components', 'db', 'data', 'orders', 'lease'], '6s']],
      [`drills/${drillName({ from, to })}.yaml`]: [[['patience'], '2s']],
    },
  });
  try {
    await putExample(stand, await planExample(stand, modes[0] ?? 'unplanned'));
    for (const mode of modes) {
      const before = await look(stand);
      const result = await drillToEnd(stand, await planExample(stand, mode));
      const { record } = await evidenceOf(result);
      let changes = changed(before, await look(stand), 3);
      for (const end = Date.now() + SETTLE_MS; changes.length > 0 && Date.now() < end; await sleep(500)) changes = changed(before, await look(stand), 3);
      yield { from, to, mode, record, changes };
    }
  } finally {
    await stand.stop();
  }
}
