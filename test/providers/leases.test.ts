import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { leaseExpired, monotonic, refusesStaleWrites, releaseLease, renewLease, takeLease, witnessLease } from '../../providers/leases/index.ts';
import type { Store } from '../../providers/store.ts';
import { firstLine } from '../lab/process.ts';
import { LeaseLab, until } from './leaseLab.ts';
import { losingReplies } from './losingReplies.ts';

const told = z.object({ holder: z.string(), epoch: z.number(), wrote: z.number().optional(), lost: z.string().optional() });
type Told = z.infer<typeof told>;

// They mostly wait: each has a store of its own, and several wait at once.
const it = test.extend<{ lab: LeaseLab }>({
  // oxlint-disable-next-line no-empty-pattern
  lab: async ({}, use) => {
    const lab = await LeaseLab.open();
    await use(lab);
    await lab.close();
  },
});

describe.concurrent('taking a lease', () => {
  it('takes what is absent, and raises the epoch with each taking', async ({ lab, signal }) => {
    const first = await lab.take('a', signal);
    expect(first.lease).toMatchObject({ holder: 'a', site: 'onprem', epoch: 1, released: false, ttlSeconds: 10 });
    await releaseLease(lab.urls, first, signal);
    expect((await lab.take('b', signal)).lease).toMatchObject({ holder: 'b', epoch: 2 });
  });

  it('lets one of many win, also those of one name', async ({ lab }) => {
    const limited = AbortSignal.timeout(2000);
    const tries = await Promise.allSettled(Array.from({ length: 8 }, (_, n) => lab.take(n < 4 ? 'same' : `holder ${n}`, limited, 60)));
    expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it('waits for the whole life of the last renewal and a second more, whatever its own life would be', async ({ lab, signal }) => {
    const held = await lab.take('a', signal, 4);
    const taking = lab.take('b', signal, 30);
    await sleep(500);
    const renewed = await renewLease(lab.urls, held, signal);
    const next = await taking;
    expect(next.validUntil - 30).toBeGreaterThanOrEqual((renewed?.validUntil ?? Infinity) + 1);
    expect(next.lease).toMatchObject({ holder: 'b', epoch: 2, ttlSeconds: 30 });
  });

  it('takes what is released without waiting for its life to end', async ({ lab, signal }) => {
    const held = await lab.take('a', signal, 600);
    const taking = lab.take('b', signal, 600);
    await sleep(300);
    await releaseLease(lab.urls, held, signal);
    expect((await taking).lease.epoch).toBe(2);
  });

  it('says what it waits for, once', async ({ lab, signal }) => {
    await lab.take('a', signal, 60);
    const said: string[] = [];
    const taking = takeLease({
      ...lab.urls,
      holder: 'b',
      site: 'cloud',
      ttlSeconds: 2,
      signal: AbortSignal.timeout(3000),
      onWait: (reason) => said.push(reason),
    });
    await expect(taking).rejects.toThrow();
    expect(said).toEqual(['held by a at onprem']);
  });

  it('goes on when the store comes back', async ({ lab, signal }) => {
    await lab.stopStore();
    const said: string[] = [];
    const taking = takeLease({ ...lab.urls, holder: 'a', site: 'onprem', ttlSeconds: 2, signal, onWait: (reason) => said.push(reason) });
    await until(() => said.length > 0);
    await lab.startStore();
    expect((await taking).lease.epoch).toBe(1);
    expect(said[0]).toMatch(/^the store is away: .*ECONNREFUSED/);
  });

  it('knows its own taking when the reply to it was lost', async ({ lab, signal }) => {
    const losing = await losingReplies(lab.urls);
    losing.loseNext();
    const held = await lab.take('a', signal, 600, losing.urls);
    expect((await witnessLease(lab.store, lab.key, signal))?.lease).toEqual(held.lease);
    expect(losing.lost()).toBe(1);
    losing.close();
  });

  it('neither takes nor changes what is no lease, or cannot be one', async ({ lab, signal }) => {
    await lab.store.put(lab.key, Buffer.from('{"orders":[]}'), signal);
    await expect(lab.take('a', signal)).rejects.toThrow('is no lease');
    expect(Buffer.from((await lab.store.get(lab.key, signal))?.body ?? '').toString()).toBe('{"orders":[]}');
    await expect(lab.take('a', signal, 2, lab.at('no-bucket'))).rejects.toThrow('404 NoSuchBucket');
  });

  it('shows no URL in an error', async ({ lab, signal }) => {
    const secret = 'nonsense-signature';
    for (const url of [secret, `${lab.at('no-bucket').getUrl}?X-Amz-Signature=${secret}`]) {
      const error: unknown = await lab.take('a', signal, 2, { getUrl: url, putUrl: url }).catch((thrown: unknown) => thrown);
      if (!(error instanceof Error)) throw new Error('it was taken');
      expect(`${error.stack}${String(error.cause)}`).not.toContain(secret);
    }
  });
});

describe.concurrent('keeping a lease', () => {
  it('outlives many lives of it, each write under another etag', async ({ lab, signal }) => {
    const lost: string[] = [];
    const held = await lab.take('a', signal, 10);
    const keeper = lab.keep(held, (reason) => lost.push(reason));
    const etags = new Set<string>();
    for (; keeper.held.lease.renewal < 4 && lost.length === 0; await sleep(200)) etags.add((await witnessLease(lab.store, lab.key, signal))?.etag ?? '');
    expect([lost, keeper.valid, keeper.held.lease.epoch, keeper.held.lease.term]).toEqual([[], true, 1, held.lease.term]);
    expect(monotonic()).toBeGreaterThan(held.validUntil);
    expect(etags.size).toBeGreaterThan(3);
  });

  it('is lost before it expires when the store is away', async ({ lab, signal }) => {
    const lost: { reason: string; at: number }[] = [];
    const keeper = lab.keep(await lab.take('a', signal, 6), (reason) => lost.push({ reason, at: monotonic() }));
    await lab.stopStore();
    await until(() => lost.length > 0);
    expect(lost).toEqual([{ reason: expect.stringMatching(/^the store is away: /), at: expect.any(Number) }]);
    expect(lost[0]?.at).toBeLessThan(keeper.held.validUntil);
    expect(keeper.valid).toBe(false);
    await lab.startStore();
  });

  it('is lost at once when another has it, and never comes back', async ({ lab, signal }) => {
    const lost: string[] = [];
    const keeper = lab.keep(await lab.take('a', signal, 6), (reason) => lost.push(reason));
    await lab.store.put(lab.key, Buffer.from(JSON.stringify({ ...keeper.held.lease, holder: 'b', term: 'another', epoch: 2 })), signal);
    await until(() => lost.length > 0);
    expect([lost, keeper.valid]).toEqual([['another has taken it'], false]);
    await lab.store.remove(lab.key, signal);
    await sleep(2500);
    expect(await lab.store.get(lab.key, signal)).toBeUndefined();
  });

  it('survives a lost reply, and a store that is away for less than its life', async ({ lab, signal }) => {
    const losing = await losingReplies(lab.urls);
    const lost: string[] = [];
    const keeper = lab.keep(await lab.take('a', signal, 10, losing.urls), (reason) => lost.push(reason), losing.urls);
    losing.loseNext();
    await until(() => losing.lost() === 1);
    await lab.stopStore();
    await sleep(500);
    await lab.startStore();
    const { renewal } = keeper.held.lease;
    await until(() => keeper.held.lease.renewal >= renewal + 2 || lost.length > 0);
    expect([lost, keeper.valid]).toEqual([[], true]);
    expect((await witnessLease(lab.store, lab.key, signal))?.lease.term).toBe(keeper.held.lease.term);
    losing.close();
  });

  it('releases what it holds, also when the reply to its last renewal was lost, and nothing of another', async ({ lab, signal }) => {
    const held = await lab.take('a', signal, 30);
    await renewLease(lab.urls, held, signal);
    await lab.keep(held).release(signal);
    expect((await witnessLease(lab.store, lab.key, signal))?.lease).toMatchObject({ holder: 'a', released: true });
    const next = await lab.take('b', signal, 30);
    await releaseLease(lab.urls, held, signal);
    expect((await witnessLease(lab.store, lab.key, signal))?.lease).toEqual(next.lease);
    expect(await renewLease(lab.urls, held, signal)).toBeUndefined();
  });
});

describe.concurrent('writers as processes', () => {
  it('are never two at one moment, each frozen in its turn for longer than the lease lives', async ({ lab }) => {
    const writers = new Map(['a', 'b', 'c'].map((holder) => [holder, lab.writer(holder, 1)]));
    const heard: Told[] = [];
    const hearing = [...writers.values()].map(async ({ lines }) => {
      for (let next = await lines.next(); !next.done; next = await lines.next()) heard.push(told.parse(next.value));
    });
    for (let least = 1, freeze = 0; freeze < 3; freeze += 1) {
      const writes = ({ epoch, wrote }: Told): boolean => wrote !== undefined && epoch >= least;
      await until(() => heard.some(writes));
      const { holder, epoch } = heard.findLast(writes) ?? { holder: '', epoch: 0 };
      const child = writers.get(holder)?.child;
      child?.kill('SIGSTOP');
      await until(() => heard.some((each) => each.wrote !== undefined && each.epoch > epoch));
      child?.kill('SIGCONT');
      await until(() => heard.some((each) => each.lost !== undefined && each.epoch === epoch));
      least = epoch + 1;
    }
    for (const { end } of writers.values()) await end('SIGKILL');
    await Promise.all(hearing);

    const terms = new Map<string, number[]>();
    for (const { holder, epoch, wrote } of heard) if (wrote !== undefined) terms.set(`${epoch} ${holder}`, [...(terms.get(`${epoch} ${holder}`) ?? []), wrote]);
    const inTime = [...terms]
      .map(([term, writes]) => ({ term, from: Math.min(...writes), to: Math.max(...writes) }))
      .toSorted((one, other) => one.from - other.from);
    expect(inTime.length).toBeGreaterThanOrEqual(4);
    for (const [n, term] of inTime.entries()) expect(term.from, `${term.term} after ${inTime[n - 1]?.term}`).toBeGreaterThan(inTime[n - 1]?.to ?? 0);
  });
});

describe.concurrent('witnessing that nobody holds a lease', () => {
  it('says released, at once', async ({ lab, signal }) => {
    await releaseLease(lab.urls, await lab.take('a', signal, 600), signal);
    expect(await leaseExpired(lab.store, lab.key, signal)).toBe('released');
  });

  it('says absent where nobody ever took one', async ({ lab, signal }) => {
    expect(await leaseExpired(lab.store, lab.key, signal)).toBe('absent');
    expect(await witnessLease(lab.store, lab.key, signal)).toBeUndefined();
  });

  it('says expired of a frozen writer, not before it could last have written', async ({ lab, signal }) => {
    const writer = lab.writer('a', 1);
    await firstLine(writer);
    const watching = leaseExpired(lab.store, lab.key, signal);
    await sleep(1500);
    writer.child.kill('SIGSTOP');
    // Its validity began no later than this.
    const frozen = monotonic();
    expect(await watching).toBe('expired');
    expect(monotonic() - frozen).toBeGreaterThan(1);
  });

  it('never says it of one that goes on, nor of one that another took over', async ({ lab, signal }) => {
    const keeper = lab.keep(await lab.take('a', signal, 4));
    const seen = await leaseExpired(lab.store, lab.key, AbortSignal.timeout(9000)).catch(() => 'nothing');
    // A machine too busy to renew in time loses it, and then it may be said.
    expect([seen, keeper.valid]).toBeOneOf([
      ['nothing', true],
      ['expired', false],
    ]);
    keeper.stop();
    const watching = leaseExpired(lab.store, lab.key, AbortSignal.timeout(7000));
    await lab.store.put(lab.key, Buffer.from(JSON.stringify({ ...keeper.held.lease, holder: 'b', term: 'another', epoch: 2, ttlSeconds: 60 })), signal);
    await expect(watching).rejects.toThrow();
  });

  it('goes on while the store is away, but not past what time will not mend', async ({ lab, signal }) => {
    await lab.take('a', signal, 1);
    const watching = leaseExpired(lab.store, lab.key, signal);
    await sleep(300);
    await lab.stopStore();
    await sleep(1000);
    await lab.startStore();
    expect(await watching).toBe('expired');
    await lab.store.put(lab.key, Buffer.from('no lease'), signal);
    await expect(leaseExpired(lab.store, lab.key, signal)).rejects.toThrow('is no lease');
  });
});

describe.concurrent('asking a store whether it honours conditions', () => {
  it('says yes of the lab store, and leaves nothing there', async ({ lab, signal }) => {
    expect(await refusesStaleWrites(lab.store, 'check', signal)).toBe(true);
    expect(await lab.store.get('check', signal)).toBeUndefined();
  });

  it('says no of a store that overlooks them', async ({ lab: { store }, signal }) => {
    const careless: Store = { ...store, name: 'careless', put: (key, body) => store.put(key, body, signal), remove: (key) => store.remove(key, signal) };
    expect(await refusesStaleWrites(careless, 'check', signal)).toBe(false);
  });
});
