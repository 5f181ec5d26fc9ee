import { setTimeout } from 'node:timers/promises';
import type { Driver } from '../../providers/driver.ts';
import { Provider } from '../../providers/provider.ts';
import { type Found, type Kind, type Observation, type ResourceId, STANDING, type Specs } from '../../providers/spec.ts';
import type { Harness, Pair } from './harness.ts';

/** An open harness, and every id the suite has used with it. */
export class Bench {
  readonly harness: Harness;
  readonly provider: Provider;
  readonly #used: { readonly kind: Kind; readonly id: ResourceId }[] = [];
  readonly #run = hex16();
  #serial = 0;

  constructor(harness: Harness) {
    this.harness = harness;
    this.provider = new Provider(harness.driver());
  }

  /** An id nobody used before, taken away at the end. */
  id(kind: Kind, { role = `conformance/r${++this.#serial}`, run = this.#run, generation = 1 } = {}): ResourceId {
    return this.use(kind, { owner: this.harness.mark(run), role, generation });
  }

  use(kind: Kind, id: ResourceId): ResourceId {
    this.#used.push({ kind, id });
    return id;
  }

  specs<K extends Kind>(kind: K): Pair<K> {
    const specs: Pair<K> | undefined = this.harness.specs[kind];
    if (!specs) throw new Error(`the harness has no specs for ${kind}; give it some`);
    return specs;
  }

  ensure<K extends Kind>(kind: K, id: ResourceId, signal: AbortSignal, { spec = this.specs(kind).one, driver }: Trial<K> = {}): Promise<Observation<K>> {
    const provider = driver ? new Provider(driver) : this.provider;
    return provider.ensure(kind, id, spec, spec, signal);
  }

  /** What the site lists under this very name. */
  async listed(kind: Kind, { owner, role, generation }: ResourceId, signal: AbortSignal): Promise<Found[]> {
    const found = await this.provider.list({ installation: owner.installation, run: owner.run }, signal);
    return found.filter((each) => each.kind === kind && each.id.role === role && each.id.generation === generation);
  }

  /** The first observation that is neither pending nor removing. */
  settled<K extends Kind>(kind: K, id: ResourceId, signal: AbortSignal): Promise<Observation<K>> {
    return this.until(`${kind} ${id.role} settles`, async () => {
      const seen = await this.provider.observe(kind, id, signal);
      return seen?.phase === 'ready' || seen?.phase === 'failed' ? seen : undefined;
    });
  }

  async gone(kind: Kind, id: ResourceId, signal: AbortSignal): Promise<void> {
    await this.until(`${kind} ${id.role} is gone`, async () => (await this.provider.observe(kind, id, signal)) === undefined || undefined);
  }

  /** Polls until there is an answer, as long as the harness allows. */
  async until<T>(what: string, answer: () => Promise<T | undefined>): Promise<T> {
    const end = Date.now() + this.harness.readyWithinMs;
    for (;;) {
      const found = await answer();
      if (found !== undefined) return found;
      if (Date.now() > end) throw new Error(`waited ${this.harness.readyWithinMs} ms in vain: ${what}`);
      await setTimeout(this.harness.pollMs);
    }
  }

  /** Removes every thing the suite made, and throws when the site still lists one of this installation. */
  async clear(signal: AbortSignal): Promise<void> {
    const { installation } = this.harness.mark();
    const refused: unknown[] = [];
    await inBatches(this.#used.splice(0), ({ kind, id }) => this.provider.remove(kind, id, signal).catch((error: unknown) => refused.push(error)));
    let left: Found[] = [];
    const nothing = async () => {
      left = (await this.provider.list({ installation }, signal)).filter(({ id }) => id.owner.run !== STANDING);
      return left.length === 0 || undefined;
    };
    await this.until('nothing is left', nothing).catch((cause: unknown) => {
      const names = left.map(({ kind, id, nativeId }) => `${kind} ${id.role} (${nativeId})`).join(', ');
      throw new Error(`left behind: ${names}`, { cause: new AggregateError([cause, ...refused]) });
    });
  }
}

export interface Trial<K extends Kind> {
  readonly spec?: Specs[K];
  readonly driver?: Driver;
}

/** Ten at a time: a real site is not to be flooded. */
export async function inBatches<T>(all: readonly T[], work: (each: T) => Promise<unknown>): Promise<void> {
  for (let from = 0; from < all.length; from += 10) await Promise.all(all.slice(from, from + 10).map(work));
}

/** A run nobody has used. */
export function hex16(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(8)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
