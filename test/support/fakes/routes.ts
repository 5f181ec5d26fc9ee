import { ProviderError } from '../../../providers/errors.ts';
import type { Route, RouteValue } from '../../../providers/spec.ts';

/** Routes of a fake world: read and written by compare-and-set. */
export class FakeRoutes {
  readonly #routes = new Map<string, { value: RouteValue; version: number }>();

  read(route: string): Route {
    const { value, version } = this.#get(route);
    return { ...value, version: String(version) };
  }

  write(route: string, { targets, ttlSeconds }: RouteValue, expected: string): Route {
    const now = this.#get(route);
    if (String(now.version) !== expected) throw new ProviderError('Conflict', 'fake', `route ${route} was changed meanwhile`);
    this.set(route, { targets, ttlSeconds });
    return this.read(route);
  }

  /** As somebody does who does not ask us. */
  set(route: string, value: RouteValue): void {
    this.#routes.set(route, { value, version: (this.#routes.get(route)?.version ?? 0) + 1 });
  }

  names(): string[] {
    return [...this.#routes.keys()];
  }

  #get(route: string) {
    const found = this.#routes.get(route);
    if (!found) throw new ProviderError('NotFound', 'fake', `there is no route ${route}`);
    return found;
  }
}

export function sameRoute(a: RouteValue, b: RouteValue): boolean {
  const flat = ({ targets, ttlSeconds }: RouteValue) => JSON.stringify([ttlSeconds, targets.map(({ host, port, weight }) => `${host}:${port}=${weight}`)]);
  return flat(a) === flat(b);
}
