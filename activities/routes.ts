import { ProviderError } from '../providers/errors.ts';
import type { Provider } from '../providers/provider.ts';
import type { Route, RouteValue } from '../providers/spec.ts';
import type { Activities } from './contract.ts';
import type { Deps } from './deps.ts';
import { signal } from './wrap.ts';

type Part = Pick<Activities, 'readRoute' | 'switchRoute' | 'restoreRoute' | 'cutRoute'>;

export const routeActivities = (deps: Deps): Part => ({
  async readRoute({ route }) {
    return (await deps.router(route)).readRoute(route, signal());
  },

  async switchRoute({ route, value, expected }) {
    const router = await deps.router(route);
    return adopting(router, route, value, () => router.writeRoute(route, value, expected, signal()));
  },

  async restoreRoute({ route, value }) {
    const router = await deps.router(route);
    const now = await router.readRoute(route, signal());
    if (same(now, value)) return now;
    return router.writeRoute(route, value, now.version, signal());
  },

  async cutRoute({ route, targets }) {
    const router = await deps.router(route);
    if (!router.capabilities.traffic?.cuts) return false;
    await router.cutRoute(route, targets, signal());
    return true;
  },
});

/** An attempt whose reply was lost has already written: finding the wanted value is success, anything else stays a Conflict. */
async function adopting(router: Provider, route: string, value: RouteValue, write: () => Promise<Route>): Promise<Route> {
  try {
    return await write();
  } catch (error) {
    if (!(error instanceof ProviderError) || error.code !== 'Conflict') throw error;
    const now = await router.readRoute(route, signal());
    if (same(now, value)) return now;
    throw error;
  }
}

function same(a: RouteValue, b: RouteValue): boolean {
  const flat = ({ targets, ttlSeconds }: RouteValue) =>
    JSON.stringify([ttlSeconds, targets.map(({ host, port, weight }) => `${host}:${port}=${weight}`).toSorted()]);
  return flat(a) === flat(b);
}
