import { WorkflowNotFoundError, type WorkflowExecutionDescription } from '@temporalio/client';
import { CLEAN, type RunState } from '../drills/undo.ts';
import type { Activities, RunSeen } from './contract.ts';
import type { Deps } from './deps.ts';
import { until } from './waiting.ts';
import { signal } from './wrap.ts';

type Part = Pick<Activities, 'lookUpRun' | 'awaitClosed' | 'holderOf' | 'configuration'>;

/** Where a run keeps its RunState in its memo. */
export const STATE_MEMO = 'state';

export const runActivities = (deps: Deps): Part => ({
  async lookUpRun(input) {
    const client = await deps.client();
    if ('workflowId' in input) return seen(await describe(deps, input.workflowId, input.runId));
    for await (const found of client.workflow.list({ query: `DrillMark = '${input.mark}'` })) return seen(await describe(deps, found.workflowId, found.runId));
    return { status: 'unknown', detail: `no run with mark ${input.mark} is known to namespace ${deps.namespace}` };
  },

  async awaitClosed({ workflowId }) {
    await until(
      async () => {
        const description = await describe(deps, workflowId);
        return !description || description.status.name !== 'RUNNING' ? true : undefined;
      },
      Number.POSITIVE_INFINITY,
      signal(),
      1000,
    );
  },

  async holderOf({ lock }) {
    const holder = (await describe(deps, lock))?.memo?.['holder'];
    return typeof holder === 'string' ? holder : 'a run that has just ended';
  },

  async configuration() {
    return { installation: deps.installation, sites: deps.sites, routes: deps.routes };
  },
});

async function describe(deps: Deps, workflowId: string, runId?: string): Promise<WorkflowExecutionDescription | undefined> {
  try {
    const client = await deps.client();
    return await client.workflow.getHandle(workflowId, runId).describe();
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    throw error;
  }
}

/** NotFound is not *closed*: history may have been removed while things still stand. */
function seen(description: WorkflowExecutionDescription | undefined): RunSeen {
  if (!description) return { status: 'unknown', detail: 'the server does not know this run' };
  if (description.status.name === 'RUNNING') return { status: 'open', detail: `${description.workflowId} is running` };
  const state = description.memo?.[STATE_MEMO] as RunState | undefined;
  return { status: 'closed', state: state ?? CLEAN, detail: `${description.workflowId} ${description.status.name.toLowerCase()}` };
}
