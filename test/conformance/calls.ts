import { setImmediate, setTimeout } from 'node:timers/promises';
import { expect, it } from 'vitest';
import type { Kind } from '../../providers/spec.ts';
import type { Bench } from './bench.ts';
import { expectAbortError, expectPlain } from './expect.ts';

/** How each call ends: at once when aborted, and in what a history may hold. */
export function testCalls(kind: Kind, bench: () => Bench): void {
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
    const cut = b.ensure(kind, id, abort.signal).catch((error: unknown) => error);
    await setTimeout(1);
    await setImmediate();
    abort.abort();
    const outcome = await cut;
    expect(performance.now() - before, 'milliseconds until it gave up').toBeLessThan(1_000);
    if (outcome instanceof Error) expect(outcome.name).toBe('AbortError');
    await b.ensure(kind, id, signal);
    expect(await b.listed(kind, id, signal)).toHaveLength(1);
  });

  it('is told in plain JSON without a secret', async ({ signal }) => {
    const b = bench();
    const id = b.id(kind);
    const seen = [await b.ensure(kind, id, signal), await b.settled(kind, id, signal), await b.listed(kind, id, signal)];
    for (const each of seen) expectPlain(each, b.harness.secrets);
  });
}
