import { hashOf } from '../marks.ts';
import type { ResourceId } from '../spec.ts';

/** A removal is over long before. */
const KEPT_MS = 600_000;
const AGAIN_MS = 30_000;

/**
 * What this process was asked for and Compute Engine has not done yet. Its calls are accepted first and done, or refused, later: a zone without
 * room is known only then, and what is not there yet cannot be removed. Whoever observes goes on with it. Nothing depends on it: another
 * process finds the same by the same names, and goes on when it is asked to ensure or to remove.
 */
export class Intents {
  readonly #starts = new Map<string, (signal: AbortSignal) => Promise<void>>();
  readonly #removals = new Map<string, { readonly at: number; readonly asked: Map<string, number> }>();

  /** `again` asks for the same once more, in the next zone where one had no room. */
  starting(id: ResourceId, again: (signal: AbortSignal) => Promise<void>): void {
    this.#removals.delete(hashOf(id));
    this.#starts.set(hashOf(id), again);
  }

  /** Nothing more is to be done about its start. */
  started(id: ResourceId): void {
    this.#starts.delete(hashOf(id));
  }

  startOf(id: ResourceId): ((signal: AbortSignal) => Promise<void>) | undefined {
    return this.#starts.get(hashOf(id));
  }

  removing(id: ResourceId): void {
    const now = Date.now();
    for (const [key, { at }] of this.#removals) if (now - at > KEPT_MS) this.#removals.delete(key);
    this.#starts.delete(hashOf(id));
    if (!this.isRemoving(id)) this.#removals.set(hashOf(id), { at: now, asked: new Map() });
  }

  isRemoving(id: ResourceId): boolean {
    return this.#removals.has(hashOf(id));
  }

  /** Whether it is time to ask for the removal of this instance (again). */
  isDue(id: ResourceId, instance: string): boolean {
    const asked = this.#removals.get(hashOf(id))?.asked;
    if (asked === undefined) return false;
    if (Date.now() - (asked.get(instance) ?? -Infinity) < AGAIN_MS) return false;
    asked.set(instance, Date.now());
    return true;
  }

  /** The asking failed. */
  notAsked(id: ResourceId, instance: string): void {
    this.#removals.get(hashOf(id))?.asked.delete(instance);
  }
}
