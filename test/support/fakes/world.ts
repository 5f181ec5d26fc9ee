import { ProviderError } from '../../../providers/errors.ts';
import type { ScriptDone, RefSpecs } from '../../../activities/contract.ts';
import type { Entry } from '../../../drills/journal.ts';
import { standingMark } from '../../../drills/mark.ts';
import type { Plan } from '../../../drills/plan.ts';
import { type Needs, weigh } from '../../../drills/template.ts';
import type { Kind, ResourceId, RouteValue } from '../../../providers/spec.ts';
import { specOf } from '../../../workflows/specOf.ts';
import { Calls } from './calls.ts';
import { FakeRoutes } from './routes.ts';
import { FakeSite } from './site.ts';
import { FakeStore } from './store.ts';
import { addressOf, type Kept, type Thing } from './thing.ts';
import { Vantages } from './vantages.ts';

const PACE = { tickMs: 20, secondMs: 1000, holdMs: 100 };
const BACKUP_EVERY_TICKS = 5;

export type Answer = { readonly site: string; readonly thing: Thing } | { readonly error: string };

/**
 * A fake of everything around a drill: two sites, a store, routes and clients, in this process. Honest: what is asked of it
 * changes it, what it answers is how it stands, and what must never happen it notes by itself, whoever asked for it.
 */
export class FakeWorld {
  readonly name: string;
  readonly sites: Readonly<Record<string, FakeSite>>;
  readonly routes = new FakeRoutes();
  readonly store: FakeStore;
  /** `secondMs`: what a second of waiting lasts here. `holdMs`: how long a service must be seen serving at most; the baseline's second would cost every drill a second. */
  readonly pace: typeof PACE;
  readonly calls = new Calls();
  readonly vantages = new Vantages(this);
  /** Answers of scripts by their step's name; the rest succeed. */
  readonly scripts = new Map<string, ScriptDone>();
  /** The journal of each run that came to its end, by workflow id. */
  readonly journals = new Map<string, readonly Entry[]>();
  /** What no drill may ever bring about. */
  readonly violations: string[] = [];
  readonly #ticker: NodeJS.Timeout;
  #ticks = 0;

  constructor(name: string, plan: Plan, pace = PACE) {
    this.name = name;
    this.pace = pace;
    this.store = new FakeStore(pace.secondMs);
    this.sites = Object.fromEntries([plan.from.site, plan.to.site].map((site) => [site, new FakeSite(site)]));
    this.#standUp(plan);
    this.#ticker = setInterval(() => this.#tick(), pace.tickMs).unref();
  }

  site(name: string): FakeSite {
    const site = this.sites[name];
    if (!site) throw new ProviderError('Invalid', 'fake', `there is no site ${name}`);
    return site;
  }

  /** Makes a thing and starts it; undefined where somebody else holds its lease. Without `id` it is somebody else's. */
  make(site: FakeSite, kind: Kind, id: ResourceId | undefined, spec: RefSpecs[Kind]): Thing | undefined {
    const made = JSON.stringify(spec);
    const base = { kind, ...(id ? { id } : {}), made, port: 'http', data: {}, power: 'stopped' as const };
    if (!('boot' in spec)) return this.#started(site, site.add({ ...base, power: 'running' }));
    const needs = /http:\/\/([^/]+)/.exec(spec.env['NEEDS'] ?? '')?.[1];
    const data = Object.entries(spec.data).map(([name, { recovery, restore, lease }]) => {
      const markers = restore ? [...(this.store.points.get(restore.key) ?? [])] : [];
      const copy = { recovery: `${recovery.store}:${recovery.key}`, markers, backedUp: markers.length };
      return [name, { ...copy, ...(lease ? { lease: { key: lease.at.key, ttlSeconds: lease.ttlSeconds } } : {}) }];
    });
    return this.#started(site, site.add({ ...base, ...(needs === undefined ? {} : { needs }), data: Object.fromEntries(data) }));
  }

  /** Starts it where nobody else holds the leases of its data; else it stays off, as a writer without its lease does. */
  start(thing: Thing): boolean {
    if (thing.stubborn) return thing.power === 'running';
    this.renew();
    const free = leasesOf(thing).every(({ key, ttlSeconds }) => this.store.renew(key, thing.nativeId, ttlSeconds));
    if (free) {
      thing.power = 'running';
      thing.version += 1;
    }
    this.#judgeWriters();
    return free;
  }

  /** What runs renews its leases, however late this process gets its turn; what has lost one stops itself. */
  renew(): void {
    for (const thing of this.#running()) {
      if (!leasesOf(thing).every(({ key, ttlSeconds }) => this.store.renew(key, thing.nativeId, ttlSeconds))) thing.power = 'stopped';
    }
  }

  /** `stopped` shuts down: a last recovery point, and the leases are let go. `cut` does neither. */
  stop(thing: Thing, how: 'stopped' | 'cut' | 'isolated'): void {
    if (thing.stubborn || thing.power === 'stopped') return;
    thing.power = how === 'isolated' ? 'isolated' : 'stopped';
    thing.version += 1;
    if (how !== 'stopped') return;
    for (const copy of Object.values(thing.data)) this.store.backUp(copy);
    for (const { key } of leasesOf(thing)) this.store.release(key, thing.nativeId);
  }

  remove(site: FakeSite, thing: Thing): void {
    for (const route of this.routes.names()) {
      const hit = this.routes.read(route).targets.find((target) => addressOf(target) === addressOf(thing.endpoint));
      if (hit) this.violations.push(`${thing.id?.role} at ${site.name} was removed while route ${route} points at it`);
    }
    if (thing.id?.owner.run === 'standing' || !thing.id) this.violations.push(`${thing.nativeId} at ${site.name} is no drill's, and was removed`);
    site.remove(thing);
  }

  /** Who answers at a route, as a client sees it. */
  ask(route: string): Answer {
    const [target] = this.routes.read(route).targets;
    const thing = target && this.#at(addressOf(target));
    if (!thing) return { error: 'connection refused' };
    const needed = thing.needs === undefined ? thing : this.#at(thing.needs);
    return needed ? { site: thing.endpoint.host, thing: needed } : { error: 'answered 503' };
  }

  /** Undefined when the workload took it, with the site that did; else why not. */
  append(route: string, marker: Kept): { readonly site: string } | { readonly error: string } {
    const answer = this.ask(route);
    if ('error' in answer) return answer;
    for (const { markers } of Object.values(answer.thing.data)) markers.push(marker);
    return { site: answer.site };
  }

  close(): void {
    clearInterval(this.#ticker);
  }

  #standUp({ installation, components, from, route, drillProbes }: Plan): void {
    const site = this.site(from.site);
    let needs: Needs = {};
    for (const component of components) {
      const id: ResourceId = { owner: standingMark(installation), role: `${component.workload}/${component.component}`, generation: 1 };
      const thing = this.make(site, 'workload', id, specOf(component, { site: from.site, needs, points: {} }));
      if (!thing) throw new RangeError(`${id.role} was made twice`);
      const { endpoint, port } = thing;
      needs = { ...needs, [component.component]: { [port]: [endpoint] } };
      if (component.publicPort !== undefined) this.routes.set(route, { targets: weigh([endpoint]), ttlSeconds: 5 });
    }
    if (drillProbes.length > 0) this.routes.set(`${route}-drill`, { targets: [], ttlSeconds: 5 });
    for (const thing of site.things) for (const copy of Object.values(thing.data)) this.store.backUp(copy);
  }

  #started(site: FakeSite, thing: Thing): Thing | undefined {
    if (thing.power === 'running' || this.start(thing)) return thing;
    site.remove(thing);
    return undefined;
  }

  #at(address: string): Thing | undefined {
    const thing = Object.values(this.sites)
      .flatMap((site) => site.things)
      .find(({ endpoint }) => addressOf(endpoint) === address);
    return thing?.power === 'running' && !thing.ill ? thing : undefined;
  }

  #running(): Thing[] {
    return Object.values(this.sites).flatMap((site) => site.things.filter(({ power }) => power === 'running'));
  }

  /** Data sets of a single writer that more than one may write now. */
  #judgeWriters(): void {
    const writers = new Map<string, Thing[]>();
    for (const thing of this.#running())
      for (const { recovery, lease } of Object.values(thing.data)) if (lease) writers.set(recovery, [...(writers.get(recovery) ?? []), thing]);
    for (const [recovery, things] of writers) {
      if (things.length > 1) this.violations.push(`two writers of ${recovery}: ${things.map(({ nativeId }) => nativeId).join(' and ')}`);
    }
  }

  #tick(): void {
    this.#ticks += 1;
    this.renew();
    for (const thing of this.#running()) {
      if (this.#ticks % BACKUP_EVERY_TICKS === 0)
        for (const copy of Object.values(thing.data)) if (copy.markers.length > copy.backedUp) this.store.backUp(copy);
    }
    this.#judgeWriters();
  }
}

function leasesOf({ data }: Thing): { readonly key: string; readonly ttlSeconds: number }[] {
  return Object.values(data).flatMap(({ lease }) => (lease ? [lease] : []));
}

export const pointingAt = (things: readonly Thing[], ttlSeconds = 5): RouteValue => ({ targets: weigh(things.map(({ endpoint }) => endpoint)), ttlSeconds });
