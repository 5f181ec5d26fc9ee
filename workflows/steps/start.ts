import type { Ready } from '../../activities/contract.ts';
import type { ComponentRef } from '../../drills/plan.ts';
import { drillPrefix } from '../../drills/recovery.ts';
import { ADVICE, type ResourceId } from '../../providers/spec.ts';
import { act, codeOf, reasonOf } from '../act.ts';
import { addUndo } from '../recovery.ts';
import type { Run } from '../run.ts';
import { specOf } from '../specOf.ts';
import type { Scene } from './scene.ts';

/** A component that never becomes healthy is replaced once in each try. */
export async function start({ run, step }: Scene): Promise<void> {
  const component = run.plan.components.find((each) => each.component === step.component);
  if (!component) throw new RangeError(`no component ${step.component}`);
  const site = run.plan.to.site;
  // Tried again, it goes on with what the last try left there: a second one beside it could write too.
  const first = run.state.made.find((each) => each.component === component.component)?.id.generation ?? 1;
  for (let generation = first; ; generation++) {
    const id: ResourceId = { owner: run.mark, role: `${component.workload}/${component.component}`, generation };
    try {
      const ready = await ensure(run, component, id, step.withinSeconds);
      run.needs = { ...run.needs, [component.component]: ready.observation.status.endpoints };
      run.note({ type: 'created', site, id, nativeId: ready.observation.nativeId });
      for (const note of ready.observation.notes ?? []) run.note({ type: 'finding', text: `${component.component} at ${site} is ${note}` });
      run.note(
        { type: 'component', component: component.component, site, required: component.required, ready: true, detail: `healthy inside at ${ready.healthyAt}` },
        ready.healthyAt,
      );
      return;
    } catch (error) {
      const detail = reasonOf(error);
      if (run.stopping === undefined)
        run.note({ type: 'component', component: component.component, site, required: component.required, ready: false, code: codeOf(error), detail });
      if (ADVICE[codeOf(error)] === 'elsewhere')
        run.note({ type: 'finding', text: `there is no ${codeOf(error).toLowerCase()} for ${component.component} at ${site}: ${detail}` });
      if (run.stopping !== undefined || generation > first || codeOf(error) !== 'Unavailable') {
        if (component.required || run.stopping !== undefined) throw error;
        run.note({ type: 'finding', text: `optional component ${component.component} did not start: ${detail}` });
        return;
      }
      run.note({ type: 'finding', text: `${component.component} was replaced: ${detail}` });
      await act(
        'remove',
        { summary: `remove ${component.component} generation ${generation} at ${site}`, within: 90 },
        { site, kind: 'workload', id, routes: [] },
      );
      run.note({ type: 'removed', site, id, nativeId: `generation ${generation}` });
    }
  }
}

async function ensure(run: Run, component: ComponentRef, id: ResourceId, withinSeconds: number): Promise<Ready<'workload'>> {
  const site = run.plan.to.site;
  const store = Object.values(component.data)[0]?.recovery.store;
  addUndo(run, ...(run.plan.mode === 'isolated' && store !== undefined ? [{ do: 'empty' as const, prefix: drillPrefix(store, run.mark.run) }] : []), {
    do: 'remove',
    site,
    kind: 'workload',
    id,
  });
  run.keep({ made: [...run.state.made.filter((each) => each.component !== component.component), { component: component.component, id }] });
  return act(
    'ensureReady',
    {
      summary: `start ${component.replicas === 1 ? '' : `${component.replicas} of `}${component.component} at ${site}${id.generation > 1 ? `, generation ${id.generation}` : ''}`,
      within: 2 * withinSeconds,
    },
    {
      site,
      kind: 'workload',
      id,
      spec: specOf(component, setting(run)),
      withinSeconds,
      ...(component.health ? { health: component.health } : {}),
      signedAt: run.startedAt,
    },
  ) as Promise<Ready<'workload'>>;
}

function setting({ plan, needs, points, mark }: Run): Parameters<typeof specOf>[1] {
  const isolated = plan.mode === 'isolated';
  const fenced = plan.steps.some((each) => each.uses === 'isolate');
  return {
    site: plan.to.site,
    needs,
    points,
    ...(isolated ? { isolated: mark.run } : {}),
    ...(fenced ? { fence: { owner: mark, role: 'fence', generation: 1 } } : {}),
  };
}
