import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { ApplicationFailure, type ChildWorkflowHandle, log, ParentClosePolicy, startChild, WorkflowIdReusePolicy, workflowInfo } from '@temporalio/workflow';
import type { Plan } from '../drills/plan.ts';
import { act, reasonOf } from './act.ts';
import type { lock, LockInput } from './lock.ts';
import { release } from './messages.ts';

export interface Held {
  release(clean: boolean): Promise<void>;
}

/**
 * Takes the locks of the workload (with its data sets) and of the routes, in one order for everybody. Each lock is a
 * child that outlives a run which is terminated: it then cleans up for it. Refused with the holder's id.
 */
export async function acquire(plan: Plan): Promise<Held | { readonly refusedBy: string }> {
  const { workflowId, runId } = workflowInfo();
  const workload = `lock/${plan.installation}/workload/${plan.workload}`;
  const routes = [...new Set([plan.route, ...(plan.switches ? [plan.switches] : [])])].map((route) => `lock/${plan.installation}/route/${route}`);
  const held: ChildWorkflowHandle<typeof lock>[] = [];
  const letGo = async (clean: boolean) => {
    for (const handle of held.toReversed()) await letGoOf(handle, clean);
  };
  for (const id of [workload, ...routes.toSorted()]) {
    const input: LockInput = id === workload ? { kind: 'workload', plan, holder: workflowId, holderRun: runId } : { kind: 'route', behind: workload };
    try {
      held.push(
        await startChild<typeof lock>('lock', {
          workflowId: id,
          args: [input],
          // A lock set free by termination would free a workload that is half moved.
          parentClosePolicy: ParentClosePolicy.REQUEST_CANCEL,
          workflowIdReusePolicy: WorkflowIdReusePolicy.ALLOW_DUPLICATE,
          memo: { holder: workflowId },
          staticSummary: `held by ${workflowId}`,
        }),
      );
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw ApplicationFailure.fromError(error, { nonRetryable: true });
      const holder = await act('holderOf', { summary: `who holds ${id}?`, within: 5 }, { lock: id });
      await letGo(true);
      return { refusedBy: holder };
    }
  }
  return { release: letGo };
}

/** A clean lock is waited for: when a run is over, the next one can start at once. */
async function letGoOf(handle: ChildWorkflowHandle<typeof lock>, clean: boolean): Promise<void> {
  try {
    await handle.signal(release, { clean });
    if (clean) await handle.result();
  } catch (error) {
    // Somebody has terminated the lock itself: there is nothing left to let go of.
    log.warn('the lock is gone', { lock: handle.workflowId, reason: reasonOf(error) });
  }
}
