import { describe, expect, it } from 'vitest';
import { ProviderError } from '../../providers/errors.ts';
import { ErrorCode } from '../../providers/spec.ts';
import type { Bench } from './bench.ts';
import type { Declared } from './declared.ts';
import { expectNoSecret, told } from './expect.ts';

export function testErrors({ harness, timeout }: Declared, bench: () => Bench): void {
  describe('errors', { timeout }, () => {
    for (const code of Object.values(ErrorCode)) {
      if (harness.provoke[code] === 'cannot') continue;
      it(`names ${code}, keeps its cause and tells no secret`, async ({ signal }) => {
        const b = bench();
        const provoke = b.harness.provoke[code];
        if (provoke === 'cannot') throw new Error('the harness answers otherwise than when it was first asked');
        const error = await provoke({ id: (kind) => b.id(kind), signal }).catch((thrown: unknown) => thrown);
        if (!(error instanceof ProviderError)) throw new Error('the call did not fail with a ProviderError', { cause: error });
        expect(error.code).toBe(code);
        expect(error.cause, 'its cause').toBeDefined();
        expectNoSecret(told(error), b.harness.secrets);
      });
    }

    it.each([undefined, 'a string', new Error('never seen before')])('names %s, which it never saw, Unknown', (error) => {
      expect(bench().harness.driver().classify(error)).toEqual({ code: 'Unknown' });
    });
  });
}
