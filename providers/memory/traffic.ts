import type { Traffic } from '../driver.ts';
import { DriverError } from '../errors.ts';
import type { RouteValue } from '../spec.ts';
import type { Faults } from './faults.ts';
import type { MemorySite } from './site.ts';

export function memoryTraffic({ routes }: MemorySite, faults: Faults, { cuts }: { readonly cuts: boolean }): Traffic {
  return {
    read(route, { signal }) {
      return faults.meet('readRoute', signal, () => routes.read(route));
    },

    write(route, { targets, ttlSeconds }, expected, { signal }) {
      return faults.meet('writeRoute', signal, () => {
        if (routes.read(route).version !== expected) throw new DriverError('Conflict', `route ${route} was changed by someone else; read it again`);
        checkWeights(targets);
        routes.put(route, { targets, ttlSeconds });
        return routes.read(route);
      });
    },

    ...(cuts && {
      cut(route, targets, { signal }) {
        return faults.meet('cut', signal, () => routes.cut(route, targets));
      },
    }),
  };
}

function checkWeights(targets: RouteValue['targets']): void {
  const weights = targets.map((target) => target.weight);
  const sum = weights.reduce((a, b) => a + b, 0);
  if (sum !== 100 || weights.some((weight) => weight < 0))
    throw new DriverError('Invalid', `weights are ${weights.join(', ') || 'missing'}; they must sum to 100`);
}
