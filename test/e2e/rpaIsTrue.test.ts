import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { markerId, runOf } from '../../activities/outside/canary/marker.ts';
import { ackedOf, type AckedMarker } from '../../activities/outside/ledger.ts';
import { parseMarker } from '../../activities/outside/lines.ts';
import type { DrillRecord } from '../../drills/record.ts';
import { type Comparison, compare, type LedgerEntry, readLedger } from '../../lab/load/ledger.ts';
import { type Load, startLoad } from '../../lab/load/load.ts';
import type { Stand } from '../../lab/stand.ts';
import { approved, begin, type DrillHandle, evidenceOf, planned, putHome } from './support/drills.ts';
import { startQuickStand } from './support/quickStand.ts';
import { newestPoint, ordersIn, type StoredOrder, takeOut } from './support/recoveryPoints.ts';
import { seeded } from './support/seeded.ts';

/** Backup intervals in seconds, by workload: three drills on one stand at the same time. */
const INTERVALS = { orders: 1, five: 5, twenty: 20 } as const;
/** Loses an order in the middle of its recovery point besides. */
const SPOILT = 'spoilt';
const WORKLOADS = [...Object.keys(INTERVALS), SPOILT];

const SEED = 5;
/** As often as the canary writes, so that both lose the same count. */
const ORDERS_PER_SECOND = 4;
/** What two clients of one service may differ by on a busy machine: when each sent, and how long it waited. */
const APART_SECONDS = 1 / ORDERS_PER_SECOND + 1;

interface Told {
  readonly record: DrillRecord;
  /** Of the load client's own orders that the source acknowledged. */
  readonly ledger: readonly LedgerEntry[];
  readonly comparison: Comparison;
  readonly markers: readonly AckedMarker[];
  readonly markerOf: (marker: AckedMarker) => string;
  /** What was in the recovery point that the target started from, by the store's own account. */
  readonly restored: readonly StoredOrder[];
}

let stand: Stand;
const loads = new Map<string, Load>();
const told = new Map<string, Told>();
const takenOut: string[] = [];

beforeAll(async () => {
  const random = seeded(SEED);
  stand = await startQuickStand({
    copies: ['five', 'twenty', SPOILT],
    edits: Object.fromEntries(
      ['five', 'twenty', SPOILT].map((name) => [`workloads/${name}.yaml`, [[['components', 'db', 'env', 'BACKUP_EVERY'], String(name === 'five' ? 5 : 20)]]]),
    ),
  });
  await putHome(stand, ...WORKLOADS);
  for (const name of WORKLOADS) loads.set(name, startLoad({ url: urlOf(name), ratePerSecond: ORDERS_PER_SECOND, ledger: join(stand.folder, `${name}.jsonl`) }));
  const late = Object.entries(INTERVALS).map(([name, interval]) => measured(name, () => sleep(random() * interval * 1000)));
  await Promise.all([...late, measured(SPOILT, spoil)]);
}, 240_000);

afterAll(async () => {
  for (const load of loads.values()) await load.stop();
  await stand?.stop();
});

/** An unplanned drill; the site is killed right after `before` that the approval waits for. */
async function measured(name: string, before: (handle: DrillHandle) => Promise<void>): Promise<void> {
  const handle = await begin(stand, await planned(stand, 'unplanned', `${name}-to-ams`));
  await approved(handle, () => before(handle));
  const result = await handle.result();
  const { record } = await evidenceOf(result);
  await loads.get(name)?.stop();
  const { orders } = (await (await fetch(`${urlOf(name)}/orders?tenant=load`)).json()) as { orders: StoredOrder[] };
  const { t7 = '' } = record.clock;
  const ledger = (await readLedger(join(stand.folder, `${name}.jsonl`))).filter(({ site, ackAt }) => site === record.from.site && ackAt < t7);
  const lines = (await readFile(join(result.evidence, 'canary-here.jsonl'), 'utf8')).split('\n');
  const markers = lines.flatMap((line) => {
    const parsed = parseMarker(line);
    const marker = parsed && ackedOf(parsed);
    return marker?.site === record.from.site && marker.ackAt < t7 ? [marker] : [];
  });
  const run = runOf(handle.workflowId);
  const key = record.recoveryPoints.find(({ way }) => way === 'out')?.key ?? '';
  told.set(name, {
    record,
    ledger,
    comparison: compare(ledger, orders),
    markers,
    markerOf: ({ seq }) => markerId(run, seq),
    restored: await ordersIn(stand.lab.storeUrl, key),
  });
}

/** Takes a canary marker and an order of the load from the middle of the newest recovery point, just before the site is killed. */
async function spoil(handle: DrillHandle): Promise<void> {
  const { storeUrl } = stand.lab;
  const run = runOf(handle.workflowId);
  for (;;) {
    const key = (await newestPoint(storeUrl, SPOILT)) ?? '';
    const orders = await ordersIn(storeUrl, key);
    const mine = orders.filter(({ id }) => id.startsWith(`${run}-`));
    const marker = mine[1];
    if (marker && mine.length > 3) {
      const at = orders.indexOf(marker);
      const beside = orders.slice(0, at).findLast(({ tenant }) => tenant === 'load');
      if (!beside) throw new Error('the load has placed no order before the second marker');
      takenOut.push(marker.id, beside.id);
      await takeOut(storeUrl, key, takenOut);
      return;
    }
    await sleep(500);
  }
}

function urlOf(name: string): string {
  return stand.lab.copyUrls[name] ?? stand.lab.routeUrl;
}

function toldOf(name: string): Told {
  const found = told.get(name);
  if (!found) throw new Error(`nothing was measured of ${name}`);
  return found;
}

const seconds = (from: string, to: string): number => (Date.parse(to) - Date.parse(from)) / 1000;

describe.each(Object.entries(INTERVALS))(`with a recovery point of %s every %i s and a kill at a random moment (seed ${SEED})`, (name, interval) => {
  it("loses in the load client's ledger exactly what is not in the recovery point", () => {
    const { ledger, comparison, restored } = toldOf(name);
    const there = new Set(restored.map(({ id }) => id));
    const missing = ledger.filter(({ id }) => !there.has(id));
    expect(comparison).toMatchObject({ acknowledged: ledger.length, lost: missing.length, altered: 0, duplicated: 0, reordered: 0 });
    expect(ledger.length).toBeGreaterThan(missing.length);
  });

  it('counts as lost exactly the canary markers that are not in the recovery point', () => {
    const { record, markers, markerOf, restored } = toldOf(name);
    const there = new Set(restored.map(({ id }) => id));
    const survived = markers.filter((marker) => there.has(markerOf(marker)));
    expect(record.measures.canary).toEqual({
      acknowledged: markers.length,
      survived: survived.length,
      lost: markers.length - survived.length,
      duplicated: 0,
      reordered: 0,
    });
  });

  it('says the RPA that the ledger gives, and loses as many markers as orders', () => {
    const { record, comparison } = toldOf(name);
    const { rpa, canary } = record.measures;
    expect(rpa.atLeast).toBe(false);
    expect(Math.abs((rpa.byCanary ?? NaN) - Number(comparison.rpaSeconds))).toBeLessThanOrEqual(rpa.plusMinus + APART_SECONDS);
    expect(Math.abs((canary?.lost ?? NaN) - comparison.lost)).toBeLessThanOrEqual(APART_SECONDS * ORDERS_PER_SECOND);
  });

  it('loses no more than the interval allows, and meets its objective', () => {
    const { record, comparison } = toldOf(name);
    expect(Number(comparison.rpaSeconds)).toBeLessThan(interval + 3);
    expect(record.verdict).toMatchObject({ outcome: 'passed' });
  });
});

describe('with one marker and one order taken out of the middle of the recovery point', () => {
  it('counts the marker as lost', () => {
    const { record, markers, markerOf, restored } = toldOf(SPOILT);
    const there = new Set(restored.map(({ id }) => id));
    const lost = markers.filter((marker) => !there.has(markerOf(marker)));
    expect(lost.map(markerOf)).toContain(takenOut[0]);
    expect(record.measures.canary).toMatchObject({ acknowledged: markers.length, lost: lost.length });
  });

  it('lets the RPA reach back to it, as the ledger does', () => {
    const { record, comparison, markers, markerOf, ledger } = toldOf(SPOILT);
    const { rpa } = record.measures;
    const first = markers.findIndex((marker) => markerOf(marker) === takenOut[0]);
    const [before, last] = [markers[first - 1], markers.at(-1)];
    expect(rpa.byCanary).toBeCloseTo(seconds(before?.sentAt ?? '', last?.ackAt ?? ''), 2);
    expect(ledger.find(({ id }) => id === takenOut[1])).toBeDefined();
    expect(Math.abs((rpa.byCanary ?? NaN) - Number(comparison.rpaSeconds))).toBeLessThanOrEqual(rpa.plusMinus + APART_SECONDS);
    expect(rpa.byCanary).toBeGreaterThan(rpa.byRecoveryPoint ?? Infinity);
  });
});
