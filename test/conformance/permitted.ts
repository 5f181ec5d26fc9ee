import { describe, expect, it } from 'vitest';
import { Provider } from '../../providers/provider.ts';
import type { Bench } from './bench.ts';
import type { Declared } from './declared.ts';
import { expectNoSecret, rejection, told } from './expect.ts';

/** For sites that ask for credentials. */
export function testPermitted({ capabilities, timeout }: Declared, bench: () => Bench): void {
  const [kind] = capabilities.kinds;
  if (kind === undefined) return;

  describe('the right to change things', { timeout }, () => {
    it('is asked for without touching anything, and is Denied to credentials that are too weak', async ({ signal }) => {
      const b = bench();
      const id = b.id(kind);
      await b.ensure(kind, id, signal);
      const before = await b.settled(kind, id, signal);
      expect(before).toMatchObject({ phase: 'ready' });
      const weak = await b.harness.weak?.();
      if (!weak) throw new Error('the harness has a weak driver no longer');
      expect(await b.provider.permitted(signal)).toBe(true);
      const error = await rejection(new Provider(weak).permitted(signal));
      expect(error).toMatchObject({ code: 'Denied', advice: 'stop' });
      expectNoSecret(told(error), b.harness.secrets);
      expect(await b.provider.observe(kind, id, signal)).toEqual(before);
      expect(await b.listed(kind, id, signal)).toHaveLength(1);
    });
  });
}
