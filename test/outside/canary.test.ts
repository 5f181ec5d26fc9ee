import { describe, expect, it } from 'vitest';
import { runCanary } from '../../activities/outside/canary.ts';
import { markerHash } from '../../activities/outside/canary/marker.ts';
import { runReadCanary } from '../../activities/outside/readCanary.ts';
import type { Place } from '../../activities/outside/hosted.ts';
import type { CanaryReading, CanarySummary } from '../../drills/probing.ts';
import { isAlive, signal } from '../../providers/processes.ts';
import { HeldByTest, until } from './support/heldByTest.ts';
import { OrderStore } from './support/orderStore.ts';
import { makePlace } from './support/place.ts';
import { processOf, readLines } from './support/processes.ts';

const inputOf = (store: OrderStore) => ({
  runFolder: 'drill/orders-2026-11-24T10:00:00Z',
  vantage: 'here',
  spec: {
    append: { method: 'POST', url: store.url },
    list: { method: 'GET', url: store.url },
    tenant: 'canary',
    identity: { header: 'x-site' },
    everySeconds: 0.1,
    timeoutSeconds: 2,
  },
});

function read(
  store: OrderStore,
  place: Place,
  more: { site?: string; until?: string; expect?: string } = {},
  held = new HeldByTest('read'),
  tryForSeconds = 15,
): Promise<CanaryReading> {
  const { runFolder, vantage, spec } = inputOf(store);
  const { list, identity, tenant, timeoutSeconds } = spec;
  return runReadCanary({ runFolder, vantage, list, identity, tenant, timeoutSeconds, ...more }, place.folder, held, tryForSeconds);
}

/** Lets the canary sing until `enough` orders have come. */
async function sing(store: OrderStore, place: Place, enough: () => boolean): Promise<CanarySummary> {
  const held = new HeldByTest('canary');
  const singing = runCanary(inputOf(store), place, held);
  const canary = await processOf(place.folder, 'canary-here');
  await until(enough);
  held.finish();
  const summary = await singing;
  expect(await isAlive(canary)).toBe(false);
  return summary;
}

describe('the canary', { concurrent: true }, () => {
  it('writes numbered, hashed markers into the declared tenant, and finds every one of them again', async () => {
    await using store = await OrderStore.open();
    using place = makePlace();
    const { sent, acknowledged, bySite, file } = await sing(store, place, () => store.orders.length >= 10);
    expect({ acknowledged, kept: store.orders.length, file }).toEqual({ acknowledged: sent, kept: sent, file: 'canary-here.jsonl' });
    expect(bySite.source).toMatchObject({ count: sent, first: { seq: 1 }, last: { seq: sent } });
    expect(store.orders.every(({ id, hash, tenant }) => hash === markerHash(id) && tenant === 'canary')).toBe(true);
    expect(await read(store, place)).toMatchObject({ site: 'source', acknowledged: sent, survived: sent, lost: 0, duplicated: 0, reordered: 0 });
  });

  it('loses exactly what was lost when the workload acknowledges one in the middle and forgets it', async () => {
    await using store = await OrderStore.open();
    using place = makePlace();
    store.onOrder = ({ id }) => (id.endsWith('-5') ? 'forget' : 'keep');
    const { acknowledged } = await sing(store, place, () => store.orders.length >= 10);
    expect(await read(store, place)).toMatchObject({ acknowledged, survived: acknowledged - 1, lost: 1, firstLost: { seq: 5 }, newestBeforeLoss: { seq: 4 } });
  });

  it('counts what stands there twice and what stands in another order', async () => {
    await using store = await OrderStore.open();
    using place = makePlace();
    await sing(store, place, () => store.orders.length >= 10);
    const [a, b, ...rest] = store.orders;
    store.orders = [b!, b!, ...rest, a!];
    expect(await read(store, place)).toMatchObject({ lost: 0, duplicated: 1, reordered: 1 });
  });

  it('takes a changed marker for lost', async () => {
    await using store = await OrderStore.open();
    using place = makePlace();
    await sing(store, place, () => store.orders.length >= 5);
    store.orders = store.orders.map((order, i) => (i === 2 ? { ...order, hash: 'f'.repeat(16) } : order));
    expect(await read(store, place)).toMatchObject({ lost: 1, firstLost: { seq: 3 } });
  });

  it('does not miss what was never acknowledged, whether it is there or not', async () => {
    await using store = await OrderStore.open();
    using place = makePlace();
    let orders = 0;
    store.onOrder = ({ id }) => {
      orders += 1;
      if (id.endsWith('-3')) return 'refuse';
      return id.endsWith('-6') ? 'hang' : 'keep';
    };
    const { sent, acknowledged } = await sing(store, place, () => orders >= 15);
    expect(acknowledged).toBe(sent - 2);
    expect(
      readLines(place.folder, 'canary-here')
        .filter((line) => line.includes('"error"'))
        .map((line) => JSON.parse(line).error),
    ).toEqual(['answered 503', 'no answer within 2 s']);
    expect(await read(store, place)).toMatchObject({ acknowledged, survived: acknowledged, lost: 0 });
  });

  it('takes a page that accepts everything for no acknowledgement', async () => {
    await using store = await OrderStore.open();
    using place = makePlace();
    store.answersWithSite = false;
    const { acknowledged, silences } = await sing(store, place, () => store.orders.length >= 8);
    expect(acknowledged).toBe(0);
    expect(silences).toHaveLength(1);
  });

  it('tells two writers apart, and asks only for what one of them acknowledged', async () => {
    await using store = await OrderStore.open();
    using place = makePlace();
    const { bySite } = await sing(store, place, () => {
      if (store.orders.length >= 5) store.site = 'target';
      return store.orders.length >= 12;
    });
    const source = bySite.source!.count;
    expect(bySite.target!.count).toBeGreaterThanOrEqual(6);
    expect(await read(store, place, { site: 'source', expect: 'target' })).toMatchObject({
      site: 'target',
      acknowledged: source,
      lastAcknowledged: { seq: source },
    });
    expect(await read(store, place, { until: bySite.target!.first.ackAt })).toMatchObject({ acknowledged: source });
  });

  it('never uses a number again after it died, and says nothing of what was under way', async () => {
    await using store = await OrderStore.open();
    using place = makePlace();
    const ids: string[] = [];
    store.onOrder = ({ id }) => {
      ids.push(id);
      return 'keep';
    };
    const held = new HeldByTest('canary');
    const singing = runCanary(inputOf(store), place, held);
    const first = await processOf(place.folder, 'canary-here');
    await until(() => ids.length > 5);
    // What is answered now never reaches the ledger: an earlier one hangs before it.
    store.onOrder = ({ id }) => {
      ids.push(id);
      return ids.length === 7 ? 'hang' : 'keep';
    };
    await until(() => ids.length >= 9);
    await signal(first, 'SIGKILL');
    const before = ids.length;
    await until(() => ids.length > before + 5);
    held.finish();
    await singing;
    expect(new Set(ids).size).toBe(ids.length);
    expect(await read(store, place)).toMatchObject({ lost: 0, duplicated: 0, reordered: 0 });
  });

  it('reads again until the expected site answers', async () => {
    await using store = await OrderStore.open();
    using place = makePlace();
    await sing(store, place, () => store.orders.length >= 3);
    const held = new HeldByTest('read');
    const reading = read(store, place, { expect: 'target' }, held);
    await until(() => JSON.stringify(held.beats.at(-1)).includes('answered by source, not by target'));
    store.site = 'target';
    expect(await reading).toMatchObject({ site: 'target', lost: 0 });
  });

  it('fails for good when the list cannot be had', async () => {
    await using store = await OrderStore.open();
    using place = makePlace();
    await expect(read(store, place, { expect: 'nowhere' }, new HeldByTest('read'), 1)).rejects.toMatchObject({
      name: 'Hopeless',
      message: 'canary could not be read back: answered by source, not by nowhere',
    });
  });
});
