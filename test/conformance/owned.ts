import { describe } from 'vitest';
import type { Kind } from '../../providers/spec.ts';
import type { Bench } from './bench.ts';
import { testCalls } from './calls.ts';
import type { Declared } from './declared.ts';
import { testForeign } from './foreign.ts';
import { testLife } from './life.ts';
import { testListing } from './listing.ts';

/** One body, run for each kind. */
export function testOwned(kind: Kind, declared: Declared, bench: () => Bench): void {
  describe(kind, { timeout: declared.timeout }, () => {
    testLife(kind, declared, bench);
    testListing(kind, declared, bench);
    testForeign(kind, bench);
    testCalls(kind, bench);
  });
}
