import type { Ready } from '../activities/contract.ts';
import type { ComponentRef } from '../drills/plan.ts';
import { standingMark } from '../drills/mark.ts';
import { type Needs, weigh } from '../drills/template.ts';
import type { ResourceId } from '../providers/spec.ts';
import { act } from './act.ts';
import { specOf } from './specOf.ts';

export interface DeployInput {
  readonly installation: string;
  readonly site: string;
  /** In start order. */
  readonly components: readonly ComponentRef[];
  /** Pointed at the workload when it points at nothing yet. */
  readonly route: string;
}

/** Puts a standing workload at a site, or finds it there. Nothing is removed, by this or by any drill. */
export async function deploy({ installation, site, components, route }: DeployInput): Promise<Needs> {
  let needs: Needs = {};
  const signedAt = new Date().toISOString();
  for (const component of components) {
    const id: ResourceId = { owner: standingMark(installation), role: `${component.workload}/${component.component}`, generation: 1 };
    const withinSeconds = component.health?.withinSeconds ?? 60;
    const ready = (await act(
      'ensureReady',
      { summary: `put ${component.component} at ${site}`, within: 2 * withinSeconds },
      {
        site,
        kind: 'workload',
        id,
        spec: specOf(component, { site, needs, points: {} }),
        withinSeconds,
        ...(component.health ? { health: component.health } : {}),
        signedAt,
      },
    )) as Ready<'workload'>;
    needs = { ...needs, [component.component]: ready.observation.status.endpoints };
  }
  const publicly = components.find((each) => each.publicPort !== undefined);
  const endpoints = publicly?.publicPort === undefined ? [] : (needs[publicly.component]?.[publicly.publicPort] ?? []);
  const before = await act('readRoute', { summary: `read route ${route}`, within: 10 }, { route });
  if (before.targets.length === 0 && endpoints.length > 0) {
    const value = { targets: weigh(endpoints), ttlSeconds: before.ttlSeconds };
    await act('switchRoute', { summary: `point ${route} at ${site}`, within: 15 }, { route, value, expected: before.version });
  }
  return needs;
}
