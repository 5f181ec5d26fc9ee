import { z } from 'zod';
import type { Listed } from './compareLedger.ts';

const entry = z.object({ id: z.string(), hash: z.string(), tenant: z.string().optional() });
const DEEPEST = 8;

/**
 * The markers in a workload's own answer: the array, anywhere in it, that holds most entries with `id` and `hash`. Entries of another tenant are
 * left out. Undefined when the answer holds no array at all: it is no list, rather than an empty one.
 */
export function listedMarkers(answer: unknown, tenant: string): readonly Listed[] | undefined {
  let best: readonly Listed[] | undefined;
  const look = (value: unknown, depth: number): void => {
    if (typeof value !== 'object' || value === null || depth > DEEPEST) return;
    if (!Array.isArray(value)) {
      for (const each of Object.values(value)) look(each, depth + 1);
      return;
    }
    const markers = value.flatMap((each: unknown) => {
      const { success, data } = entry.safeParse(each);
      return success && (data.tenant ?? tenant) === tenant ? [{ id: data.id, hash: data.hash }] : [];
    });
    if (markers.length > (best?.length ?? -1)) best = markers;
    if (markers.length > 0) return;
    for (const each of value) look(each, depth + 1);
  };
  look(answer, 0);
  return best;
}
