import type { RecoveryPoint, RefSpecs } from '../activities/contract.ts';
import type { ComponentRef } from '../drills/plan.ts';
import { drillPrefix } from '../drills/recovery.ts';
import { fillNeeds, type Needs } from '../drills/template.ts';
import type { ResourceId } from '../providers/spec.ts';

interface Setting {
  readonly site: string;
  readonly needs: Needs;
  /** By `<component>/<data>`. */
  readonly points: Readonly<Record<string, RecoveryPoint>>;
  /** Mark of the run whose isolated copy this is: it keeps to the drill's own prefix in the store. */
  readonly isolated?: string;
  readonly fence?: ResourceId;
}

/** A component as one site is asked for it. */
export function specOf(component: ComponentRef, { site, needs, points, isolated, fence }: Setting): RefSpecs['workload'] {
  const within = (at: { store: string; key: string }) =>
    isolated === undefined ? at : { store: at.store, key: `${drillPrefix(at.store, isolated).key}${at.key}` };
  const { images, data, needs: _needs, required: _required, publicPort: _port, health: _health, ...rest } = component;
  return {
    ...rest,
    image: images[site] ?? '',
    env: Object.fromEntries(Object.entries(component.env).map(([name, value]) => [name, fillNeeds(value, needs)])),
    boot: component.boot.map((word) => fillNeeds(word, needs)),
    data: Object.fromEntries(
      Object.entries(data).map(([name, set]) => {
        const point = points[`${component.component}/${name}`];
        return [
          name,
          {
            sizeBytes: set.sizeBytes,
            recovery: within(set.recovery),
            ...(point ? { restore: { store: point.store, key: point.key, sha256: point.sha256 } } : {}),
            ...(set.lease ? { lease: { at: within(set.lease.at), ttlSeconds: set.lease.ttlSeconds } } : {}),
          },
        ];
      }),
    ),
    network: fence ? { fence } : 'site',
  };
}
