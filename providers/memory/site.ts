import { DriverError } from '../errors.ts';
import { type Endpoint, type Fetchable, type Kind, type ResourceId, type RouteValue } from '../spec.ts';
import { endpointsOf } from './endpoints.ts';
import { Routes } from './routes.ts';
import { type Thing, whenReady } from './thing.ts';

export interface SiteOptions {
  /** From the start of a thing until it is ready. */
  readonly readyAfterMs?: number;
  /** From the start of a removal until it is gone. */
  readonly goneAfterMs?: number;
  /** From a power write until the power is there. */
  readonly changesAfterMs?: number;
  /** Where a port of a replica answers. By default an address that nobody listens at. */
  readonly endpoint?: (nativeId: string, replica: number, port: number) => Endpoint;
}

/** One site in this process. Drivers made for the same site see the same things, as workers of one account do. */
export class MemorySite {
  readonly routes = new Routes();
  readonly timing: Required<Omit<SiteOptions, 'endpoint'>>;
  /** By the name that the site gives them; two things cannot have one name. */
  readonly #things = new Map<string, Thing>();
  readonly #published = new Map<string, string>();
  readonly #endpoint: NonNullable<SiteOptions['endpoint']>;
  #serial = 0;

  constructor({ readyAfterMs = 0, goneAfterMs = 0, changesAfterMs = 0, endpoint = unheard }: SiteOptions = {}) {
    this.timing = { readyAfterMs, goneAfterMs, changesAfterMs };
    this.#endpoint = endpoint;
  }

  /** What a fetch of this URL gives from now on. A URL that nobody published is taken at its word. */
  publish(url: string, sha256: string): void {
    this.#published.set(url, sha256);
  }

  check(file: Fetchable): void {
    const is = this.#published.get(file.url);
    if (is !== undefined && is !== file.sha256) throw new DriverError('Invalid', 'the file does not have the sha256 it was announced with; make a new recovery point');
  }

  get(name: string): Thing | undefined {
    const thing = this.#things.get(name);
    if (!thing?.goneAt || thing.goneAt > Date.now()) return thing;
    this.#things.delete(name);
    return undefined;
  }

  add(name: string, made: Pick<Thing, 'kind' | 'digest' | 'spec'> & { readonly mark?: ResourceId }): Thing {
    const nativeId = `mem-${++this.#serial}`;
    const readyAt = Date.now() + this.timing.readyAfterMs;
    const endpoints = endpointsOf(made.spec, (replica, port) => this.#endpoint(nativeId, replica, port));
    const thing: Thing = { ...made, nativeId, endpoints, readyAt, power: { to: 'running', version: 1, at: readyAt }, data: new Map(), kept: [] };
    this.#things.set(name, thing);
    return thing;
  }

  remove(name: string): void {
    const thing = this.get(name);
    if (thing) thing.goneAt ??= Date.now() + this.timing.goneAfterMs;
  }

  *things(kind?: Kind): Generator<Thing> {
    for (const name of [...this.#things.keys()].toSorted()) {
      const thing = this.get(name);
      if (thing && (!kind || thing.kind === kind)) yield thing;
    }
  }
}
