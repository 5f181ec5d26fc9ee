import { setTimeout } from 'node:timers/promises';
import { expect, it } from 'vitest';
import type { Kind, Specs, Statuses } from '../../providers/spec.ts';
import { type Bench, hex16 } from './bench.ts';
import type { Declared } from './declared.ts';
import { rejection } from './expect.ts';

/** What must stand in the status of a thing made from this spec. */
const SHOWS: { readonly [K in Kind]: (spec: Specs[K], status: Statuses[K]) => void } = {
  workload({ ports, replicas }, { endpoints }) {
    const counts = Object.entries(endpoints).map(([name, at]) => [name, at.length] as const);
    expect(Object.fromEntries(counts), 'endpoints by port').toEqual(Object.fromEntries(Object.keys(ports).map((name) => [name, replicas] as const)));
  },
  network({ witnesses }, { denied }) {
    expect(denied).toEqual(witnesses);
  },
};

/** Made, found again, replaced and removed. */
export function testLife<K extends Kind>(kind: K, { harness }: Declared, bench: () => Bench): void {
  it('is not there before it is made', async ({ signal }) => {
    expect(await bench().provider.observe(kind, bench().id(kind), signal)).toBeUndefined();
  });

  it('is started, not waited for', async ({ signal }) => {
    const before = performance.now();
    await bench().ensure(kind, bench().id(kind), signal);
    expect(performance.now() - before, 'milliseconds in ensure').toBeLessThan(bench().harness.startedWithinMs ?? 1_000);
  });

  it('becomes ready with what its spec asks for, and stays so', async ({ signal }) => {
    const b = bench();
    const id = b.id(kind);
    await b.ensure(kind, id, signal);
    const first = await b.settled(kind, id, signal);
    if (first.phase !== 'ready') throw new Error(`it is ${first.phase}: ${first.detail ?? ''}`);
    SHOWS[kind](b.specs(kind).one, first.status);
    for (let poll = 0; poll < 3; poll++) {
      expect(await b.provider.observe(kind, id, signal)).toEqual(first);
      await setTimeout(b.harness.pollMs);
    }
  });

  if (harness.specs[kind]?.doomed) {
    it('reads as failed, with a code, when it can never be ready', async ({ signal }) => {
      const b = bench();
      const id = b.id(kind);
      const { one, doomed: spec = one } = b.specs(kind);
      await b.ensure(kind, id, signal, { spec });
      expect(await b.settled(kind, id, signal)).toMatchObject({ phase: 'failed', code: expect.any(String), detail: expect.any(String) });
    });
  }

  it('is one when ensured at once, and again', async ({ signal }) => {
    const b = bench();
    const id = b.id(kind);
    const both = await Promise.all([b.ensure(kind, id, signal), b.ensure(kind, id, signal, { driver: b.harness.driver() })]);
    const again = await b.ensure(kind, id, signal);
    expect(new Set([...both, again].map((seen) => seen.nativeId)).size).toBe(1);
    expect(await b.listed(kind, id, signal)).toHaveLength(1);
  });

  it('is adopted when the reply was lost', async ({ signal }) => {
    const b = bench();
    const id = b.id(kind);
    expect(await rejection(b.ensure(kind, id, signal, { driver: await b.harness.loseNextReply() }))).toMatchObject({ name: 'ProviderError', advice: 'retry' });
    const { nativeId } = await b.ensure(kind, id, signal);
    expect(await b.listed(kind, id, signal)).toMatchObject([{ nativeId }]);
  });

  it('is the same under a mark with another expiry', async ({ signal }) => {
    const b = bench();
    const id = b.id(kind);
    const later = b.use(kind, { ...id, owner: { ...id.owner, expires: '2999-01-01T00:00:00.000Z' } });
    const { nativeId } = await b.ensure(kind, id, signal);
    expect(await b.ensure(kind, later, signal)).toMatchObject({ nativeId });
    expect(await b.listed(kind, id, signal)).toHaveLength(1);
  });

  it('is another in the next generation', async ({ signal }) => {
    const b = bench();
    const first = b.id(kind);
    const second = b.use(kind, { ...first, generation: 2 });
    const one = await b.ensure(kind, first, signal);
    const another = await b.ensure(kind, second, signal);
    expect(another.nativeId).not.toBe(one.nativeId);
    expect(await b.listed(kind, first, signal)).toMatchObject([{ nativeId: one.nativeId }]);
    expect(await b.listed(kind, second, signal)).toMatchObject([{ nativeId: another.nativeId }]);
  });

  it('refuses another spec under the same id, and stays as it was', async ({ signal }) => {
    const b = bench();
    const id = b.id(kind);
    const { nativeId } = await b.ensure(kind, id, signal);
    expect(await rejection(b.ensure(kind, id, signal, { spec: b.specs(kind).other }))).toMatchObject({ code: 'Conflict' });
    expect(await b.ensure(kind, id, signal)).toMatchObject({ nativeId });
  });

  it('is gone after removal', async ({ signal }) => {
    const b = bench();
    const id = b.id(kind);
    await b.ensure(kind, id, signal);
    await b.settled(kind, id, signal);
    await b.provider.remove(kind, id, signal);
    await b.gone(kind, id, signal);
    expect(await b.listed(kind, id, signal)).toEqual([]);
  });

  it('is not removed with its namesakes of another run or generation', async ({ signal }) => {
    const b = bench();
    const id = b.id(kind);
    const kept = [b.use(kind, { ...id, generation: 2 }), b.id(kind, { role: id.role, run: hex16() })];
    for (const each of [id, ...kept]) await b.ensure(kind, each, signal);
    await b.provider.remove(kind, id, signal);
    for (const each of kept) expect(await b.provider.observe(kind, each, signal)).toMatchObject({ phase: expect.stringMatching('pending|ready') });
  });

  it('can be removed again, and when it never was', async ({ signal }) => {
    const b = bench();
    const id = b.id(kind);
    await b.ensure(kind, id, signal);
    await b.provider.remove(kind, id, signal);
    await b.provider.remove(kind, id, signal);
    await b.gone(kind, id, signal);
    await b.provider.remove(kind, id, signal);
    await b.provider.remove(kind, b.id(kind), signal);
  });

  it('can be removed while it is pending', async ({ signal }) => {
    const b = bench();
    const id = b.id(kind);
    await b.ensure(kind, id, signal);
    await b.provider.remove(kind, id, signal);
    await b.gone(kind, id, signal);
  });
}
