import { DriverError } from '../errors.ts';
import type { Endpoint, Kind, ResourceId, Specs } from '../spec.ts';
import { Routes } from './routes.ts';
import { type Ground, STATUS } from './statuses.ts';
import { nameOf, type Outcome, type Thing } from './thing.ts';

export interface SiteOptions {
  /** From the start of a thing until it is ready. */
  readonly readyAfterMs?: number;
  /** From the start of a removal until it is gone. */
  readonly goneAfterMs?: number;
  /** From a power write until the power is there. */
  readonly changesAfterMs?: number;
  /** Where a port of a replica answers; by default an address that nobody listens at. */
  readonly endpoint?: (nativeId: string, replica: number, port: number) => Endpoint;
}

/** What a thing is made from. Without `mark` it is the operator's own, and no drill may touch it. */
export interface Made<K extends Kind> {
  readonly mark?: ResourceId;
  readonly digest: string;
  readonly spec: Specs[K];
}

/** One site in this process. Drivers made for the same site see the same things, as workers of one account do. */
export class MemorySite {
  readonly routes = new Routes();
  readonly options: Required<SiteOptions>;
  readonly #things: { readonly [K in Kind]: Map<string, Thing<K>> } = { workload: new Map(), network: new Map() };
  readonly #published = new Map<string, string>();
  readonly #leaks = new Set<string>();
  #serial = 0;

  constructor({ readyAfterMs = 0, goneAfterMs = 0, changesAfterMs = 0, endpoint = unheard }: SiteOptions = {}) {
    this.options = { readyAfterMs, goneAfterMs, changesAfterMs, endpoint };
  }

  /** Sets what a fetch of this URL gives. A URL that nobody published is taken at its word. */
  publish(url: string, sha256: string): void {
    this.#published.set(url, sha256);
  }

  /** From now on a new fence does not hold against this endpoint. */
  leak({ host, port }: Endpoint): void {
    this.#leaks.add(`${host}:${port}`);
  }

  get<K extends Kind>(kind: K, name: string): Thing<K> | undefined {
    const thing = this.#things[kind].get(name);
    if (thing?.goneAt === undefined || thing.goneAt > Date.now()) return thing;
    this.#things[kind].delete(name);
    return undefined;
  }

  /** Replaces what has this name. */
  set<K extends Kind>(kind: K, name: string, thing: Thing<K>): void {
    this.#things[kind].set(name, thing);
  }

  make<K extends Kind>(kind: K, name: string, { spec, ...made }: Made<K>): Thing<K> {
    const nativeId = `mem-${++this.#serial}`;
    const readyAt = Date.now() + this.options.readyAfterMs;
    const outcome = this.#outcome(kind, spec, nativeId);
    const thing: Thing<K> = { ...made, nativeId, outcome, readyAt, power: { to: 'running', at: readyAt, version: 1, data: {}, kept: [] } };
    this.set(kind, name, thing);
    return thing;
  }

  /** Starts its removal, whosever it is. */
  remove(kind: Kind, name: string): void {
    const thing = this.get(kind, name);
    if (thing && thing.goneAt === undefined) this.set(kind, name, { ...thing, goneAt: Date.now() + this.options.goneAfterMs });
  }

  /** Names in order, so that listing it is the same each time. */
  *names(kind: Kind): Generator<string> {
    for (const name of [...this.#things[kind].keys()].toSorted()) if (this.get(kind, name)) yield name;
  }

  /** Checks a file as a fetch would. */
  readonly fetch: Ground['fetch'] = ({ url, sha256 }) => {
    const is = this.#published.get(url) ?? sha256;
    if (is !== sha256) throw new DriverError('Invalid', 'a file has another sha256 than announced; take another recovery point');
  };

  #outcome<K extends Kind>(kind: K, spec: Specs[K], nativeId: string): Outcome<K> {
    const ground: Ground = {
      endpoint: (replica, port) => this.options.endpoint(nativeId, replica, port),
      fetch: this.fetch,
      leaks: ({ host, port }) => this.#leaks.has(`${host}:${port}`),
      stands: (fence) => this.get('network', nameOf(fence))?.mark !== undefined,
    };
    try {
      return { phase: 'ready', status: STATUS[kind](spec, ground) };
    } catch (error) {
      if (!(error instanceof DriverError)) throw error;
      return { phase: 'failed', code: error.code, detail: error.message };
    }
  }
}

function unheard(nativeId: string, replica: number, port: number): Endpoint {
  return { host: `${nativeId}-${replica}.memory.invalid`, port };
}
