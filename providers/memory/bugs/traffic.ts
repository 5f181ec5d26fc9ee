import { DriverError } from '../../errors.ts';
import type { Bug } from './index.ts';
import { rewireTraffic } from './rewire.ts';

export const TRAFFIC_BUGS = {
  'stale-write': (driver) =>
    rewireTraffic(driver, (honest) => ({
      async write(route, next, _, call) {
        const { version } = await honest.read(route, call);
        return honest.write(route, next, version, call);
      },
    })),

  'conflict-writes-anyway': (driver, { routes }) =>
    rewireTraffic(driver, (honest) => ({
      async write(route, next, expected, call) {
        try {
          return await honest.write(route, next, expected, call);
        } catch (error) {
          if (error instanceof DriverError && error.code === 'Conflict') routes.put(route, next);
          throw error;
        }
      },
    })),

  'forgets-ttl': (driver) =>
    rewireTraffic(driver, (honest) => ({
      write: (route, next, expected, call) => honest.write(route, { ...next, ttlSeconds: 300 }, expected, call),
    })),

  'makes-route': (driver, { routes }) =>
    rewireTraffic(driver, (honest) => ({
      async write(route, next, expected, call) {
        if (routes.names().includes(route)) return honest.write(route, next, expected, call);
        routes.put(route, next);
        return routes.read(route);
      },
    })),

  'takes-any-weights': (driver, { routes }) =>
    rewireTraffic(driver, (honest) => ({
      async write(route, next, expected, call) {
        try {
          return await honest.write(route, next, expected, call);
        } catch (error) {
          if (!(error instanceof DriverError) || error.code !== 'Invalid') throw error;
          routes.put(route, next);
          return routes.read(route);
        }
      },
    })),

  'switch-cuts': (driver, { routes }) =>
    rewireTraffic(driver, (honest) => ({
      async write(route, next, expected, call) {
        const before = await honest.read(route, call);
        const after = await honest.write(route, next, expected, call);
        routes.cut(route, before.targets);
        return after;
      },
    })),

  'cuts-nothing': (driver) => rewireTraffic(driver, (honest) => ({ cut: async (route, _, call) => honest.cut?.(route, [], call) })),

  'cuts-everything': (driver, { routes }) =>
    rewireTraffic(driver, (honest) => ({
      async cut(route, targets, call) {
        await honest.cut?.(route, targets, call);
        routes.cut(
          route,
          routes.clients(route).map((each) => each.to),
        );
      },
    })),
} satisfies Record<string, Bug>;
