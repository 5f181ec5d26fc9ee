import { setTimeout } from 'node:timers/promises';
import { expect, it } from 'vitest';
import type { Kind, ResourceId } from '../../providers/spec.ts';
import { type Bench, hex16 } from './bench.ts';
import { rejection } from './expect.ts';

/** What is not ours stays as it is. */
export function testForeign(kind: Kind, bench: () => Bench): void {
  it('refuses to remove what lacks our mark, or is of another installation', async ({ signal }) => {
    const b = bench();
    const id: ResourceId = { owner: b.harness.mark(hex16()), role: 'conformance/foreign', generation: 1 };
    const planted = await b.harness.plantForeign(kind, id);
    const removal = b.provider.remove(kind, id, signal);
    if (planted.holdsName) expect(await rejection(removal)).toMatchObject({ code: 'Denied' });
    else await removal;
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
}
