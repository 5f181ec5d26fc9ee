import { expect, it } from 'vitest';
import type { Kind, MarkFilter } from '../../providers/spec.ts';
import { type Bench, hex16, inBatches } from './bench.ts';
import type { Declared } from './declared.ts';

/** Names that a site's own rules for names would bend. */
const ROLES = ['orders/api', 'API.v2', '9lives', 'ünïcode/√', 'a'.repeat(80), 'has space', 'trailing-', '-leading', '../up', "quote'd", '$(id)'];

/** Those that bending makes alike. */
const ALIKE = ['alike/a.b', 'alike/a-b', 'alike/A-B', 'alike/a_b', 'alike/a b', 'alike-a/b', `alike/${'x'.repeat(70)}1`, `alike/${'x'.repeat(70)}2`];

/** Found by its mark at the site, whatever it is called. */
export function testListing(kind: Kind, { harness }: Declared, bench: () => Bench): void {
  it('is listed under its run and its installation, with the mark it was made with, and nowhere else', async ({ signal }) => {
    const b = bench();
    const mine = b.id(kind, { run: hex16() });
    const other = b.id(kind, { run: hex16() });
    const { installation, run } = mine.owner;
    for (const id of [mine, other]) await b.ensure(kind, id, signal);
    const ids = async (filter: MarkFilter) => {
      const found = await b.provider.list(filter, signal);
      return found.filter((each) => each.kind === kind).map((each) => each.id);
    };
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
      // Many things cost something to keep, so not until the end; whether removal works is another test's to say.
      await inBatches(all, (id) => b.provider.remove(kind, id, signal).catch(() => undefined));
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
    const seen = await Promise.all(ALIKE.map((role) => b.ensure(kind, b.id(kind, { role, run }), signal)));
    expect(new Set(seen.map((each) => each.nativeId)).size).toBe(ALIKE.length);
  });
}
