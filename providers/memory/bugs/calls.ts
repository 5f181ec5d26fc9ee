import { DriverError, ProviderError } from '../../errors.ts';
import type { Bug } from './index.ts';
import { rewireOwned } from './rewire.ts';

/** Mistakes about errors and cancellation rather than about things. */
export const CALL_BUGS = {
  'wraps-early': (driver) =>
    rewireOwned(driver, (honest) => ({
      async ensure(id, spec, call) {
        try {
          return await honest.ensure(id, spec, call);
        } catch (error) {
          if (error instanceof DriverError) throw new ProviderError(error.code, driver.name, error.message);
          throw error;
        }
      },
    })),

  'tells-secret': (driver) =>
    rewireOwned(driver, (honest) => ({
      async ensure(id, spec, call) {
        try {
          return await honest.ensure(id, spec, call);
        } catch (error) {
          if (error instanceof DriverError) throw new DriverError(error.code, `${error.message}: ${JSON.stringify(spec)}`);
          throw error;
        }
      },
    })),

  'shows-secret': (driver) =>
    rewireOwned(driver, (honest) => ({
      async ensure(id, spec, call) {
        const seen = await honest.ensure(id, spec, call);
        return seen.phase === 'pending' ? { ...seen, detail: JSON.stringify(spec) } : seen;
      },
    })),

  'names-nothing': (driver) => ({ ...driver, classify: () => ({ code: 'Unknown' }) }),

  'ignores-abort': (driver) => {
    const { signal } = new AbortController();
    return rewireOwned(driver, (honest) => ({
      ensure: (id, spec, call) => honest.ensure(id, spec, { ...call, signal }),
      observe: (id, call) => honest.observe(id, { ...call, signal }),
      remove: (id, call) => honest.remove(id, { ...call, signal }),
      list: (filter, call) => honest.list(filter, { ...call, signal }),
    }));
  },
} satisfies Record<string, Bug>;
