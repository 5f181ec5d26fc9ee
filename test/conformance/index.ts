import { afterAll, afterEach, beforeAll, describe } from 'vitest';
import { KINDS } from '../../providers/spec.ts';
import { Bench } from './bench.ts';
import { testCapabilities } from './capabilities.ts';
import type { Declared } from './declared.ts';
import { testErrors } from './errors.ts';
import type { Harness } from './harness.ts';
import { testOwned } from './owned.ts';
import { testPermitted } from './permitted.ts';
import { testPower } from './power.ts';
import { testTraffic } from './traffic.ts';

export type * from './harness.ts';
export { SMALLEST } from './smallest.ts';

/** Everything a driver promises, as tests: for each kind, power and traffic that it declares. An adapter adds only what is peculiar to it. */
export function testDriver(name: string, makeHarness: () => Promise<Harness>): void {
  describe(name, async () => {
    const declared = await declaration(makeHarness);
    const { timeout } = declared;
    let open: Bench | undefined;
    const bench = (): Bench => {
      if (!open) throw new Error('the harness could not be made; its error stands above');
      return open;
    };

    beforeAll(async () => {
      open = new Bench(await makeHarness());
    }, timeout);

    afterAll(async () => {
      if (!open) return;
      try {
        await open.clear(AbortSignal.timeout(timeout));
      } finally {
        await open.harness.close();
      }
    }, 2 * timeout);

    afterEach(async () => {
      if (!open?.harness.afterEach) return;
      await open.clear(AbortSignal.timeout(timeout));
      await open.harness.afterEach();
    }, timeout);

    for (const kind of KINDS) if (declared.capabilities.kinds.includes(kind)) testOwned(kind, declared, bench);
    if (declared.capabilities.power.length > 0) testPower(declared, bench);
    if (declared.capabilities.traffic) testTraffic(declared, bench);
    testCapabilities(declared, bench);
    testErrors(declared, bench);
    if (declared.harness.weak) testPermitted(declared, bench);
  });
}

/** Which tests there are must be known before any runs: a harness made for that, and closed. */
async function declaration(makeHarness: () => Promise<Harness>): Promise<Declared> {
  const harness = await makeHarness();
  try {
    return { harness, capabilities: harness.driver().capabilities, timeout: 3 * harness.readyWithinMs + 10_000 };
  } finally {
    await harness.close();
  }
}
