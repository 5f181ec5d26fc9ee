import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compare, type LedgerEntry, readLedger } from '../../lab/load/ledger.ts';
import { type Load, startLoad } from '../../lab/load/load.ts';
import { eventually, idsAt, idsIn, launch, makeDirectory, makeOrder, serve, startApp, startStore } from './orders.ts';

const MAIN = join(import.meta.dirname, '../../lab/load/main.ts');
const LONG_AGO = Date.parse('2026-01-01T00:00:00.000Z');

/** Stops the load whatever the test finds, so that none goes on into the next one. */
async function during(load: Load, work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } finally {
    await load.stop();
  }
}

describe('load', { timeout: 60_000 }, () => {
  it('writes down what was acknowledged and by which site, and nothing else', async () => {
    const ledger = join(makeDirectory(), 'ledger.jsonl');
    const db = await startApp('db.js', { DATA: makeDirectory() });
    const { url } = await startApp('api.js', { DB: db.url, SITE: 'fra' });
    const load = startLoad({ url: `${url}/`, ratePerSecond: 50, ledger, tenant: 'smoke' });
    await during(load, () => eventually(() => load.summary().acknowledged >= 50, 'fifty orders acknowledged'));
    const entries = await readLedger(ledger);
    const { sent, acknowledged, refused, timedOut, unreachable } = load.summary();
    expect([sent, refused, timedOut, unreachable]).toEqual([acknowledged, 0, 0, 0]);
    expect(entries).toHaveLength(acknowledged);
    expect(new Set(entries.map(({ site }) => site))).toEqual(new Set(['fra']));
    expect(entries.every(({ sentAt, ackAt }) => sentAt <= ackAt)).toBe(true);
    expect(new Set(entries.map(({ id }) => id))).toEqual(new Set(await idsAt(url, '?tenant=smoke')));
  });

  it('keeps its rate while nothing answers, and gives up on each order after the time-out', async () => {
    const { url } = await serve(() => {});
    const load = startLoad({ url, ratePerSecond: 50, ledger: join(makeDirectory(), 'ledger.jsonl'), timeoutSeconds: 0.5 });
    await during(load, () => sleep(2000));
    const { sent, skipped, timedOut, startedAt, endedAt } = load.summary();
    const seconds = (Date.parse(endedAt) - Date.parse(startedAt)) / 1000;
    expect(sent + skipped).toBeGreaterThan(90);
    expect(sent + skipped).toBeLessThanOrEqual(seconds * 50);
    expect(timedOut).toBe(sent);
  });

  it('takes a new connection for each order', async () => {
    const { url, server } = await serve((request, response) => void request.resume().on('end', () => response.writeHead(503).end()));
    let connections = 0;
    server.on('connection', () => (connections += 1));
    const load = startLoad({ url, ratePerSecond: 50, ledger: join(makeDirectory(), 'ledger.jsonl') });
    await during(load, () => eventually(() => load.summary().sent >= 20, 'twenty orders sent'));
    expect(connections).toBe(load.summary().sent);
    expect(load.summary().refused).toBe(load.summary().sent);
  });

  it.each([
    ['a maintenance page with status 200', 200, '<h1>Back soon</h1>'],
    ['JSON about another order', 201, JSON.stringify({ id: 'other', hash: 'other' })],
    ['a refusal', 409, '{}'],
  ])('counts %s as refused, not as acknowledged', async (_, status, body) => {
    const ledger = join(makeDirectory(), 'ledger.jsonl');
    const { url } = await serve((request, response) => void request.resume().on('end', () => response.writeHead(status).end(body)));
    const load = startLoad({ url, ratePerSecond: 50, ledger });
    await during(load, () => eventually(() => load.summary().refused >= 3, 'three refusals'));
    expect(load.summary()).toMatchObject({ acknowledged: 0, unreachable: 0 });
    expect(await readLedger(ledger)).toEqual([]);
  });

  it('counts as unreachable what has nobody listening or is cut off in the middle of its answer', async () => {
    const { url, server } = await serve((_, response) => void response.writeHead(201, { 'content-length': 100 }).write('{', () => response.destroy()));
    const load = startLoad({ url, ratePerSecond: 50, ledger: join(makeDirectory(), 'ledger.jsonl') });
    await during(load, async () => {
      await eventually(() => load.summary().unreachable >= 3, 'three cut off');
      server.close().closeAllConnections();
      await eventually(() => load.summary().unreachable >= 20, 'some with nobody listening');
    });
    expect(load.summary()).toMatchObject({ acknowledged: 0, refused: 0 });
  });

  it('as a process ends on SIGTERM with its summary as one line of JSON', async () => {
    const ledger = join(makeDirectory(), 'ledger.jsonl');
    const db = await startApp('db.js', { DATA: makeDirectory() });
    const { child, running } = launch(process.execPath, [MAIN, '--url', db.url, '--rate', '40', '--ledger', ledger]);
    let stdout = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    await eventually(async () => (await idsAt(db.url, '?tenant=load')).length > 20, 'twenty orders');
    expect(await running.end('SIGTERM')).toBe(0);
    expect(stdout.split('\n')).toHaveLength(2);
    const entries = await readLedger(ledger);
    expect(JSON.parse(stdout)).toMatchObject({ sent: entries.length, acknowledged: entries.length, refused: 0 });
    expect(entries[0]?.site).toBeNull();
    expect(running.stderr()).toBe('');
  });

  it('as a process says in one line what is wrong with its arguments', async () => {
    for (const args of [[], ['--url', 'nowhere', '--rate', '1', '--ledger', 'l'], ['--url', 'http://h', '--rate', 'fast', '--ledger', 'l'], ['--speed', '1']]) {
      const { running } = launch(process.execPath, [MAIN, ...args]);
      expect(await running.ended).toBe(2);
      expect(running.stderr()).toMatch(/^load: .+; give --url http:\/\/host:port --rate 20 --ledger orders\.jsonl\n$/);
    }
  });

  it('and its ledger say what a lost database cost: what came after the last recovery point', async () => {
    const ledger = join(makeDirectory(), 'ledger.jsonl');
    const store = await startStore();
    const db = await startApp('db.js', { DATA: makeDirectory(), BACKUP_URL: store.url, BACKUP_EVERY: '1' });
    const load = startLoad({ url: db.url, ratePerSecond: 50, ledger });
    let t0 = '';
    await during(load, async () => {
      await eventually(() => store.points.length >= 3, 'three recovery points');
      await sleep(400);
      t0 = new Date().toISOString();
      await db.end('SIGKILL');
      await eventually(() => load.summary().unreachable > 5, 'clients see the outage');
    });
    const data = makeDirectory();
    const point = store.points.at(-1);
    writeFileSync(join(data, 'recovery-point'), point?.body ?? '');
    const restored = await startApp('db.js', { DATA: data });
    const entries = await readLedger(ledger);
    const held = idsIn(readFileSync(join(data, 'orders.jsonl')));
    const result = compare(
      entries,
      held.map((id) => entries.find((entry) => entry.id === id) ?? { id, hash: '' }),
      t0,
    );
    expect(await idsAt(restored.url)).toEqual(held);
    expect(result.lost).toBe(entries.filter(({ id }) => !held.includes(id)).length);
    expect(result.lost).toBeGreaterThan(0);
    expect(result).toMatchObject({ duplicated: 0, reordered: 0, altered: 0 });
    const sinceThePoint = (Date.parse(t0) - Date.parse(point?.instant ?? '')) / 1000;
    expect(result.rpaSeconds).toBeGreaterThan(0);
    expect(result.rpaSeconds).toBeLessThan(sinceThePoint + 1);
  });
});

describe('the ledger', () => {
  it('leaves out a torn last line, and names any other bad line', async () => {
    const file = join(makeDirectory(), 'ledger.jsonl');
    const [entry] = entriesOf(1);
    writeFileSync(file, `${JSON.stringify(entry)}\n${JSON.stringify(entry).slice(0, 20)}`);
    expect(await readLedger(file)).toEqual([entry]);
    writeFileSync(file, `${JSON.stringify(entry)}\n{"id":"x"}\n${JSON.stringify(entry)}\n`);
    await expect(readLedger(file)).rejects.toThrow(/ledger\.jsonl:2: not a ledger entry: .*hash/);
  });
});

describe('comparing the ledger with what survived', () => {
  it('finds nothing lost when all is there', () => {
    const ledger = entriesOf(10);
    expect(compare(ledger, ledger)).toEqual({
      acknowledged: 10,
      survived: 10,
      lost: 0,
      lostFromBeforeT0: 0,
      altered: 0,
      duplicated: 0,
      reordered: 0,
      unacknowledged: 0,
      lastAcknowledgedAt: at(9),
      newestBeforeLossAt: undefined,
      rpaSeconds: 0,
    });
  });

  it('measures from the newest order before the first lost one to the last acknowledged one', () => {
    const ledger = entriesOf(10);
    expect(compare(ledger, ledger.slice(0, 7))).toMatchObject({ lost: 3, newestBeforeLossAt: at(6), lastAcknowledgedAt: at(9), rpaSeconds: 3 });
    expect(compare(ledger, ledger.toSpliced(4, 1))).toMatchObject({ lost: 1, newestBeforeLossAt: at(3), rpaSeconds: 6 });
  });

  it('does not know how much is lost when nothing from before is left', () => {
    const ledger = entriesOf(3);
    expect(compare(ledger, [])).toMatchObject({ lost: 3, survived: 0, rpaSeconds: 'unknown' });
    expect(compare([], [])).toMatchObject({ acknowledged: 0, lastAcknowledgedAt: undefined, rpaSeconds: 0 });
  });

  it('counts for RPA only what was acknowledged before T0', () => {
    const ledger = entriesOf(10);
    expect(compare(ledger, ledger.slice(0, 7), at(5))).toMatchObject({ lost: 3, lostFromBeforeT0: 0, lastAcknowledgedAt: at(4), rpaSeconds: 0 });
    expect(compare(ledger, ledger.slice(0, 3), at(5))).toMatchObject({ lost: 7, lostFromBeforeT0: 2, newestBeforeLossAt: at(2), rpaSeconds: 2 });
  });

  it('counts an order with another hash as lost', () => {
    const ledger = entriesOf(3);
    const survived = ledger.map(({ id, hash }, index) => ({ id, hash: index === 2 ? 'other' : hash }));
    expect(compare(ledger, survived)).toMatchObject({ lost: 1, altered: 1, survived: 2, rpaSeconds: 1 });
  });

  it('counts copies, and orders that nobody acknowledged', () => {
    const ledger = entriesOf(3);
    expect(compare(ledger, [...ledger, ...ledger.slice(1), makeOrder('stranger')])).toMatchObject({ lost: 0, duplicated: 2, unacknowledged: 1, reordered: 0 });
  });

  it('calls reordered only what was acknowledged before the other was sent', () => {
    const [a, b, c] = entriesOf(3);
    if (!a || !b || !c) throw new Error('three entries');
    expect(compare([a, b, c], [b, a, c])).toMatchObject({ lost: 0, reordered: 1 });
    const slow = { ...a, ackAt: at(1.5) };
    expect(compare([b, slow, c], [b, slow, c])).toMatchObject({ reordered: 0 });
  });

  it('for any recovery point is as long as the orders after it, whatever order they were acknowledged in', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 60 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })),
        (size, part, random) => {
          const ledger = entriesOf(size);
          const kept = 1 + Math.floor(part * (size - 1));
          const weights = new Map(ledger.map((entry) => [entry, random.next().value]));
          const shuffled = ledger.toSorted((a, b) => (weights.get(a) ?? 0) - (weights.get(b) ?? 0));
          const result = compare(shuffled, ledger.slice(0, kept));
          expect([result.survived, result.lost, result.rpaSeconds]).toEqual([kept, size - kept, kept === size ? 0 : size - kept]);
        },
      ),
    );
  });
});

function at(seconds: number): string {
  return new Date(LONG_AGO + seconds * 1000).toISOString();
}

/** One order a second, each acknowledged 100 ms after it was sent. */
function entriesOf(count: number): LedgerEntry[] {
  return Array.from({ length: count }, (_, second) => ({
    id: `load-${second}`,
    hash: `hash-${second}`,
    sentAt: at(second),
    ackAt: at(second + 0.1),
    site: 'fra',
  }));
}
