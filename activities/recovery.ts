import { parseRecoveryPoint } from '../drills/recovery.ts';
import type { Activities, RecoveryPoint } from './contract.ts';
import type { Deps } from './deps.ts';
import { signal } from './wrap.ts';

export const recoveryActivities = (deps: Deps): Pick<Activities, 'latestRecoveryPoint'> => ({
  async latestRecoveryPoint({ prefix, notAfter }) {
    const store = await deps.store(prefix.store);
    let latest: RecoveryPoint | undefined;
    for await (const object of store.list(prefix.key, signal())) {
      const point = parseRecoveryPoint(prefix.key, object.key);
      if (!point || (notAfter && point.consistentAt > notAfter)) continue;
      if (!latest || point.consistentAt > latest.consistentAt) latest = { store: prefix.store, key: object.key, ...point };
    }
    return latest;
  },
});
