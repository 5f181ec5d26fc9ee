import { sha256Hex } from '../../../drills/mark.ts';
import { parseRecoveryPoint } from '../../../drills/recovery.ts';
import type { RecoveryPoint } from '../../../activities/contract.ts';
import type { ObjectRef } from '../../../providers/spec.ts';
import type { Copy, Kept } from './thing.ts';

/** The neutral store of a fake world: recovery points by key, leases by key. */
export class FakeStore {
  readonly #secondMs: number;
  readonly points = new Map<string, readonly Kept[]>();
  readonly leases = new Map<string, { readonly holder: string; readonly until: number; readonly released?: true }>();

  constructor(secondMs: number) {
    this.#secondMs = secondMs;
  }

  backUp(copy: Copy): void {
    const key = copy.recovery.slice(copy.recovery.indexOf(':') + 1);
    this.points.set(`${key}${new Date().toISOString()}.${sha256Hex(JSON.stringify(copy.markers))}`, [...copy.markers]);
    copy.backedUp = copy.markers.length;
  }

  newest({ store, key: prefix }: ObjectRef, notAfter?: string): RecoveryPoint | undefined {
    return [...this.points.keys()]
      .filter((key) => key.startsWith(prefix))
      .flatMap((key) => {
        const point = parseRecoveryPoint(prefix, key);
        return point && (notAfter === undefined || point.consistentAt <= notAfter) ? [{ store, key, ...point }] : [];
      })
      .toSorted((a, b) => (a.consistentAt < b.consistentAt ? -1 : 1))
      .at(-1);
  }

  /** False when somebody else holds it. */
  renew(key: string, holder: string, ttlSeconds: number): boolean {
    const held = this.leases.get(key);
    if (held && held.holder !== holder && held.until > Date.now()) return false;
    this.leases.set(key, { holder, until: Date.now() + ttlSeconds * this.#secondMs });
    return true;
  }

  /** As its holder does that has stopped writing. */
  release(key: string, holder: string): void {
    if (this.leases.get(key)?.holder === holder) this.leases.set(key, { holder, until: 0, released: true });
  }

  empty(prefix: string): number {
    const gone = [...this.points.keys()].filter((key) => key.startsWith(prefix));
    for (const key of gone) this.points.delete(key);
    for (const key of this.leases.keys()) if (key.startsWith(prefix)) this.leases.delete(key);
    return gone.length;
  }
}
