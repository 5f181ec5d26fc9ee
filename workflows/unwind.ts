import { describeUndo, type Undo } from '../drills/undo.ts';
import { act, reasonOf } from './act.ts';
import { putBack } from './putBack.ts';
import { guardedRoutes, type Recovery } from './recovery.ts';

/**
 * Runs every undo, newest first, whatever fails; what could not be undone stays in the state. Returns what no sweep can
 * make good: what could not be removed is a leftover, and is looked for again.
 */
export async function unwind(recovery: Recovery): Promise<string[]> {
  const failed: string[] = [];
  for (const undo of recovery.state.undo.toReversed()) {
    try {
      await perform(recovery, undo);
      recovery.keep({ undo: recovery.state.undo.filter((each) => each !== undo) });
    } catch (error) {
      recovery.fault(error);
      if (undo.do !== 'remove') failed.push(`${describeUndo(undo)}: ${reasonOf(error)}`);
      retain(recovery, undo, reasonOf(error));
    }
  }
  return failed;
}

async function perform(recovery: Recovery, undo: Undo): Promise<void> {
  const how = { summary: `undo: ${describeUndo(undo)}`, within: 90, attempts: 5 };
  switch (undo.do) {
    case 'remove': {
      const { nativeId } = await act('remove', how, { site: undo.site, kind: undo.kind, id: undo.id, routes: guardedRoutes(recovery.plan) });
      if (nativeId !== undefined) recovery.note({ type: 'removed', site: undo.site, id: undo.id, nativeId });
      return;
    }
    case 'power':
      await act('setPower', how, { site: undo.site, ref: undo.ref, to: undo.to, withinSeconds: 60 });
      return;
    case 'route':
      await putBack(recovery, { ...undo, summary: how.summary });
      return;
    case 'empty':
      await act('emptyPrefix', how, { prefix: undo.prefix });
      return;
    case 'script': {
      const done = await act('runScript', how, {
        name: undo.name,
        run: undo.run,
        timeoutSeconds: undo.timeoutSeconds,
        reads: undo.reads,
        env: { MUSTER_UNDO: '1' },
      });
      if (!done.ok) throw new RangeError(`exit ${done.exitCode}: ${done.output.slice(-200)}`);
    }
  }
}

function retain(recovery: Recovery, undo: Undo, why: string): void {
  if (undo.do === 'remove') recovery.note({ type: 'retained', site: undo.site, what: undo.id.role, why });
  else recovery.note({ type: 'finding', text: `not undone: ${describeUndo(undo)}: ${why}` });
}
