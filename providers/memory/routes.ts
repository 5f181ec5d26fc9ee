import { DriverError } from '../errors.ts';
import type { Route, RouteValue } from '../spec.ts';

type Target = RouteValue['targets'][number];

/** A client's connection, as long as it lasts. */
export interface Connection {
  readonly to: Target;
  readonly open: boolean;
}

interface Entry {
  readonly value: RouteValue;
  readonly version: number;
  readonly connections: readonly { to: Target; open: boolean }[];
}

/** The routes of a site: what the operator made, as clients find it. */
export class Routes {
  readonly #entries = new Map<string, Entry>();

  /** What the operator does before any drill, or behind its back. */
  put(name: string, value: RouteValue): void {
    const had = this.#entries.get(name);
    this.#entries.set(name, { connections: had?.connections ?? [], value, version: (had?.version ?? 0) + 1 });
  }

  read(name: string): Route {
    const { value, version } = this.#entry(name);
    return { ...value, version: String(version) };
  }

  /** A client comes; it is sent to the heaviest target. */
  connect(name: string): Connection {
    const { value, ...entry } = this.#entry(name);
    const to = value.targets.toSorted((a, b) => b.weight - a.weight)[0];
    if (!to) throw new DriverError('Unavailable', `route ${name} has no target; give it one`);
    const connection = { to, open: true };
    this.#entries.set(name, { ...entry, value, connections: [...entry.connections, connection] });
    return connection;
  }

  cut(name: string, targets: RouteValue['targets']): void {
    for (const each of this.#entry(name).connections) if (targets.some(({ host, port }) => each.to.host === host && each.to.port === port)) each.open = false;
  }

  clients(name: string): readonly Connection[] {
    return this.#entry(name).connections;
  }

  names(): string[] {
    return [...this.#entries.keys()];
  }

  #entry(name: string): Entry {
    const entry = this.#entries.get(name);
    if (!entry) throw new DriverError('NotFound', `there is no route ${name}; make it first`);
    return entry;
  }
}
