import { parseRecoveryPoint } from '../drills/recovery.ts';
import type { ObjectRef } from '../providers/spec.ts';
import type { Activities, RecoveryPoint } from './contract.ts';
import type { Deps } from './deps.ts';
import { until } from './waiting.ts';
import { signal } from './wrap.ts';

const LOOK_AGAIN_MS = 500;

export const recoveryActivities = (deps: Deps): Pick<Activities, 'latestRecoveryPoint' | 'awaitRecoveryPoint'> => ({
  latestRecoveryPoint: ({ prefix, notAfter }) => newest(deps, prefix, notAfter),

  awaitRecoveryPoint: ({ prefix, after, withinSeconds }) =>
    until(
      async () => {
        const point = await newest(deps, prefix);
        return point && point.consistentAt > after ? point : undefined;
      },
      withinSeconds,
      signal(),
      LOOK_AGAIN_MS,
    ),
});

/** Undefined when nothing under the prefix is a recovery point, or all are later than `notAfter`. */
export async function newest(deps: Deps, prefix: ObjectRef, notAfter?: string): Promise<RecoveryPoint | undefined> {
  const store = await deps.store(prefix.store);
  let latest: RecoveryPoint | undefined;
  for await (const object of store.list(prefix.key, signal())) {
    const point = parseRecoveryPoint(prefix.key, object.key);
    if (!point || (notAfter !== undefined && point.consistentAt > notAfter)) continue;
    if (!latest || point.consistentAt > latest.consistentAt) latest = { store: prefix.store, key: object.key, ...point };
  }
  return latest;
}
