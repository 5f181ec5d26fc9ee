import { act } from '../act.ts';
import { addUndo } from '../recovery.ts';
import type { Endpoint, ResourceId } from '../../providers/spec.ts';
import type { Run } from '../run.ts';
import type { Scene } from './scene.ts';

export function fenceId(run: Run): ResourceId {
  return { owner: run.mark, role: 'fence', generation: 1 };
}

/** Makes the drill's own network and sees that nothing inside it reaches the outside, before anything boots in it. */
export async function isolate({ run, step }: Scene): Promise<void> {
  const { plan } = run;
  const site = plan.to.site;
  const id = fenceId(run);
  addUndo(run, { do: 'remove', site, kind: 'network', id });
  const witnesses: Endpoint[] = run.sourceTargets.map(({ host, port }) => ({ host, port }));
  const ready = await act(
    'ensureReady',
    { summary: `make a network without egress at ${site} and try to leave it`, within: step.withinSeconds },
    { site, kind: 'network', id, spec: { egress: 'denied', witnesses }, withinSeconds: step.withinSeconds, signedAt: run.startedAt },
  );
  run.note({ type: 'created', site, id, nativeId: ready.observation.nativeId });
  const denied = 'denied' in ready.observation.status ? ready.observation.status.denied : [];
  run.note({
    type: 'check',
    name: 'isolation',
    ok: true,
    blocking: true,
    detail: `from inside, ${denied.map(({ host, port }) => `${host}:${port}`).join(', ')} cannot be reached`,
  });
}
