import { setTimeout } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { type Kind, type ResourceId, type Specs, type Statuses } from '../../providers/spec.ts';
import { type Bench, hex16, inBatches } from './bench.ts';
import type { Declared } from './declared.ts';
import { expectAbortError, expectPlain, rejection } from './expect.ts';

/** Names that a site's own rules for names would bend. */
const ROLES = ['orders/api', 'API.v2', '9lives', 'ünïcode/√', 'a'.repeat(80), 'has space', 'trailing-', '-leading', '../up', "quote'd", '$(id)'];

/** Those that bending makes alike. */
const ALIKE = ['alike/a.b', 'alike/a-b', 'alike/A-B', 'alike/a_b', 'alike/a b', 'alike-a/b', `alike/${'x'.repeat(70)}1`, `alike/${'x'.repeat(70)}2`];

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

export function testOwned<K extends Kind>(kind: K, { harness, timeout }: Declared, bench: () => Bench): void {
  describe(kind, { timeout }, () => {
    it('is not there before it is made', async ({ signal }) => {
      expect(await bench().provider.observe(kind, bench().id(kind), signal)).toBeUndefined();
    });

    it('is started, not waited for', async ({ signal }) => {
      const before = performance.now();
      await bench().ensure(kind, bench().id(kind), signal);
      expect(performance.now() - before, 'milliseconds in ensure').toBeLessThan(1_000);
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
        const spec = b.specs(kind).doomed;
        await b.ensure(kind, id, signal, spec ? { spec } : {});
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
      const { nativeId } = await b.ensure(kind, first, signal);
      await b.ensure(kind, second, signal);
      expect(await b.listed(kind, first, signal)).toMatchObject([{ nativeId }]);
      expect(await b.listed(kind, second, signal)).toMatchObject([{ nativeId: expect.not.stringMatching(`^${nativeId}$`) }]);
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

    it('is listed under its run and its installation, with the mark it was made with, and nowhere else', async ({ signal }) => {
      const b = bench();
      const mine = b.id(kind, { run: hex16() });
      const other = b.id(kind, { run: hex16() });
      const { installation, run } = mine.owner;
      for (const id of [mine, other]) await b.ensure(kind, id, signal);
      const ids = async (filter: { installation: string; run?: string }) => (await b.provider.list(filter, signal)).filter((found) => found.kind === kind).map((found) => found.id);
      expect(await ids({ installation, run })).toEqual([mine]);
      expect(await ids({ installation })).toEqual(expect.arrayContaining([mine, other]));
      expect(await ids({ installation, run: hex16() })).toEqual([]);
      expect(await ids({ installation: `${installation}-2`, run })).toEqual([]);
    });

    if (harness.many > 0) {
      it(`is listed past one page: all ${harness.many}`, async ({ signal }) => {
        const b = bench();
        const run = hex16();
        const all = Array.from({ length: harness.many }, () => b.id(kind, { run }));
        await inBatches(all, (id) => b.ensure(kind, id, signal));
        const found = await b.provider.list({ installation: b.harness.mark(run).installation, run }, signal);
        await inBatches(all, (id) => b.provider.remove(kind, id, signal));
        expect(found.map(({ id }) => id.role).toSorted()).toEqual(all.map(({ role }) => role).toSorted());
      });
    }

    it.for(ROLES)('takes the role %j and gives it back', async (role, { signal }) => {
      const b = bench();
      const id = b.id(kind, { role, run: hex16() });
      await b.ensure(kind, id, signal);
      expect((await b.listed(kind, id, signal)).map((found) => found.id)).toEqual([id]);
      expect(await b.provider.observe(kind, id, signal)).toMatchObject({ id });
    });

    it('keeps apart roles that look alike', async ({ signal }) => {
      const b = bench();
      const run = hex16();
      const natives: string[] = [];
      for (const role of ALIKE) natives.push((await b.ensure(kind, b.id(kind, { role, run }), signal)).nativeId);
      expect(new Set(natives).size).toBe(ALIKE.length);
    });

    it('refuses to remove what lacks our mark, or is of another installation', async ({ signal }) => {
      const b = bench();
      const id: ResourceId = { owner: b.harness.mark(hex16()), role: 'conformance/foreign', generation: 1 };
      const planted = await b.harness.plantForeign(kind, id);
      const removal = b.provider.remove(kind, id, signal);
      await (planted.holdsName ? expect(removal).rejects.toMatchObject({ code: 'Denied' }) : removal);
      await setTimeout(3 * b.harness.pollMs);
      expect(await planted.survives()).toBe(true);
    });

    it('neither shows, lists nor adopts what lacks our mark', async ({ signal }) => {
      const b = bench();
      const id: ResourceId = { owner: b.harness.mark(hex16()), role: 'conformance/foreign', generation: 1 };
      const planted = await b.harness.plantForeign(kind, id);
      expect(await b.provider.observe(kind, id, signal)).toBeUndefined();
      expect(await b.listed(kind, id, signal)).toEqual([]);
      if (planted.holdsName) expect(await rejection(b.ensure(kind, id, signal))).toMatchObject({ code: 'Conflict' });
      else await b.ensure(kind, b.use(kind, id), signal);
      expect(await planted.survives()).toBe(true);
    });

    it('rejects with AbortError when aborted', async () => {
      const b = bench();
      const id = b.id(kind);
      const aborted = AbortSignal.abort();
      await expectAbortError(() => b.ensure(kind, id, aborted));
      await expectAbortError(() => b.provider.observe(kind, id, aborted));
      await expectAbortError(() => b.provider.remove(kind, id, aborted));
      await expectAbortError(() => b.provider.list({ installation: id.owner.installation }, aborted));
    });

    it('leaves nothing, or something that is adopted, when aborted on the way', async ({ signal }) => {
      const b = bench();
      const id = b.id(kind);
      const abort = new AbortController();
      const before = performance.now();
      const cut = b.ensure(kind, id, abort.signal).catch((error: unknown) => expect(error).toMatchObject({ name: 'AbortError' }));
      await setTimeout(1);
      abort.abort();
      await cut;
      expect(performance.now() - before, 'milliseconds until it gave up').toBeLessThan(1_100);
      await b.ensure(kind, id, signal);
      expect(await b.listed(kind, id, signal)).toHaveLength(1);
    });

    it('is told in plain JSON without a secret', async ({ signal }) => {
      const b = bench();
      const id = b.id(kind);
      const seen = [await b.ensure(kind, id, signal), await b.settled(kind, id, signal), await b.listed(kind, id, signal)];
      for (const each of seen) expectPlain(each, b.harness.secrets);
    });
  });
}
