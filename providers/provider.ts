import { createHash } from 'node:crypto';
import type { Call, Driver, Owned } from './driver.ts';
import { ProviderError, withoutSecrets } from './errors.ts';
import { hiddenIn, withoutSignatures } from './hidden.ts';
import {
  type Capabilities,
  type Fetchable,
  type Found,
  KINDS,
  type Kind,
  type MarkFilter,
  type Observation,
  type PowerRef,
  type PowerState,
  type PowerTarget,
  type ResourceId,
  type Route,
  type RouteValue,
  type SiteFacts,
  type Specs,
} from './spec.ts';

/** What activities hold. Does once what every driver would otherwise repeat: capability checks, tokens, errors. */
export class Provider {
  readonly #driver: Driver;

  constructor(driver: Driver) {
    this.#driver = driver;
  }

  get name(): string {
    return this.#driver.name;
  }

  get capabilities(): Capabilities {
    return this.#driver.capabilities;
  }

  /** `reference` is the spec as the history holds it: its digest decides whether a found thing is the same one. */
  ensure<K extends Kind>(kind: K, id: ResourceId, spec: Specs[K], reference: unknown, signal: AbortSignal): Promise<Observation<K>> {
    return this.#run(`ensure ${kind} ${id.role}`, signal, () => this.#owned(kind).ensure(id, spec, this.#call(signal, kind, id, reference)), spec);
  }

  observe<K extends Kind>(kind: K, id: ResourceId, signal: AbortSignal): Promise<Observation<K> | undefined> {
    return this.#run(`observe ${kind} ${id.role}`, signal, () => this.#owned(kind).observe(id, this.#call(signal, kind, id)));
  }

  remove(kind: Kind, id: ResourceId, signal: AbortSignal): Promise<void> {
    return this.#run(`remove ${kind} ${id.role}`, signal, () => this.#owned(kind).remove(id, this.#call(signal, kind, id)));
  }

  /** Everything here that carries this mark, of any kind the driver has. */
  list(filter: MarkFilter, signal: AbortSignal): Promise<Found[]> {
    return this.#run('list what carries our mark', signal, async () => {
      const found: Found[] = [];
      for (const kind of KINDS) {
        const owned = this.#driver.owned[kind];
        if (owned) for await (const each of owned.list(filter, this.#call(signal))) found.push(each);
      }
      return found;
    });
  }

  readPower(ref: PowerRef, signal: AbortSignal): Promise<PowerState> {
    return this.#run(`read power of ${nameOf(ref)}`, signal, () => this.#power().read(ref, this.#call(signal)));
  }

  writePower(ref: PowerRef, to: PowerTarget, expected: string, signal: AbortSignal, restore?: Readonly<Record<string, Fetchable>>): Promise<PowerState> {
    const write = () => {
      if (!this.capabilities.power.includes(to)) throw this.#unsupported(`power ${to}`);
      if (restore && !this.capabilities.restoresOnStart) throw this.#unsupported('restore on start');
      return this.#power().write(ref, to, expected, this.#call(signal), restore);
    };
    return this.#run(`power ${nameOf(ref)} to ${to}`, signal, write, restore);
  }

  readRoute(route: string, signal: AbortSignal): Promise<Route> {
    return this.#run(`read route ${route}`, signal, () => this.#traffic().read(route, this.#call(signal)));
  }

  writeRoute(route: string, next: RouteValue, expected: string, signal: AbortSignal): Promise<Route> {
    return this.#run(`switch route ${route}`, signal, () => this.#traffic().write(route, next, expected, this.#call(signal)));
  }

  cutRoute(route: string, targets: RouteValue['targets'], signal: AbortSignal): Promise<void> {
    return this.#run(`cut connections of route ${route}`, signal, async () => {
      const traffic = this.#traffic();
      if (!traffic.cut) throw this.#unsupported('cutting connections');
      await traffic.cut(route, targets, this.#call(signal));
    });
  }

  inspect(signal: AbortSignal): Promise<SiteFacts | undefined> {
    return this.#run('inspect', signal, async () => this.#driver.inspect?.(this.#call(signal)));
  }

  /** False where nobody is asked for the right to change things. Denied when the site's credentials may not; nothing is touched. */
  permitted(signal: AbortSignal): Promise<boolean> {
    return this.#run('ask what its write credentials may do', signal, async () => {
      await this.#driver.permitted?.(this.#call(signal));
      return this.#driver.permitted !== undefined;
    });
  }

  close(): Promise<void> {
    return this.#driver.close();
  }

  #owned<K extends Kind>(kind: K): Owned<K> {
    return this.#driver.owned[kind] ?? this.#refuse(`kind ${kind}`);
  }

  #power(): NonNullable<Driver['power']> {
    return this.#driver.power ?? this.#refuse('power');
  }

  #traffic(): NonNullable<Driver['traffic']> {
    return this.#driver.traffic ?? this.#refuse('traffic');
  }

  #refuse(what: string): never {
    throw this.#unsupported(what);
  }

  #unsupported(what: string): ProviderError {
    return new ProviderError('Unsupported', this.name, `has no ${what}`);
  }

  #call(signal: AbortSignal, kind?: Kind, id?: ResourceId, reference?: unknown): Call {
    return { signal, token: kind && id ? tokenOf(kind, id) : '', digest: reference === undefined ? '' : digestOf(reference) };
  }

  /** What is secret in `given` is in no message. */
  async #run<T>(what: string, signal: AbortSignal, work: () => Promise<T>, given?: unknown): Promise<T> {
    try {
      return await work();
    } catch (error) {
      // Cancelled is not failed: whoever aborted says with what.
      signal.throwIfAborted();
      if (error instanceof ProviderError) throw error;
      const { code, said, ...rest } = this.#driver.classify(error);
      const reason = withoutSignatures(withoutSecrets(error instanceof Error ? error.message : String(error), hiddenIn(given)));
      throw new ProviderError(code, this.name, [what, said, reason].filter((part) => part !== undefined).join(': '), { cause: error, ...rest });
    }
  }
}

function nameOf(ref: PowerRef): string {
  return 'id' in ref ? ref.id.role : ref.selector;
}

/** RFC 9562 version 5 in form: EC2 and GCE want a UUID. */
function tokenOf(kind: Kind, id: ResourceId): string {
  const hex = createHash('sha256')
    .update(JSON.stringify([kind, id.owner.installation, id.owner.run, id.role, id.generation]))
    .digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), `5${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join('-');
}

/** Keys in order, so that the same spec written in another order is the same spec. */
function digestOf(reference: unknown): string {
  const sorted = (_: string, value: unknown): unknown =>
    value && typeof value === 'object' && !Array.isArray(value) ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1))) : value;
  return createHash('sha256').update(JSON.stringify(reference, sorted)).digest('hex');
}
