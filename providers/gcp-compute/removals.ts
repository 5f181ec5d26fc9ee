import { hashOf } from '../marks.ts';
import type { ResourceId } from '../spec.ts';

/** A removal is over long before. */
const KEPT_MS = 600_000;
const AGAIN_MS = 30_000;

/**
 * What this process was asked to remove. Compute Engine accepts first and does later: what is still being made cannot be removed yet, what is
 * being removed looks as if it were being stopped, and a start that failed is shown for days. Whoever observes goes on with it. Nothing
 * depends on it: another process finds the same by the same names, and goes on when it is asked to remove.
 */
export class Removals {
  readonly #removals = new Map<string, { readonly at: number; readonly asked: Map<string, number> }>();

  add(id: ResourceId): void {
    const now = Date.now();
    for (const [key, { at }] of this.#removals) if (now - at > KEPT_MS) this.#removals.delete(key);
    if (!this.has(id)) this.#removals.set(hashOf(id), { at: now, asked: new Map() });
  }

  has(id: ResourceId): boolean {
    return this.#removals.has(hashOf(id));
  }

  /** Whether it is time to ask for the removal of this instance (again). Then whoever asked is to say how that went. */
  isDue(id: ResourceId, instance: string): boolean {
    const asked = this.#removals.get(hashOf(id))?.asked;
    if (asked === undefined || Date.now() - (asked.get(instance) ?? -Infinity) < AGAIN_MS) return false;
    // Of many, some wait long for their turn: meanwhile they are not due.
    asked.set(instance, Infinity);
    return true;
  }

  /** Google has heard it. */
  wasAsked(id: ResourceId, instance: string): void {
    this.#removals.get(hashOf(id))?.asked.set(instance, Date.now());
  }

  /** The asking failed. */
  notAsked(id: ResourceId, instance: string): void {
    this.#removals.get(hashOf(id))?.asked.delete(instance);
  }
}
