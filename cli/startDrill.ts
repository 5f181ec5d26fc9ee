import { randomBytes } from 'node:crypto';
import type { Client, WorkflowHandle, WorkflowStartOptions } from '@temporalio/client';
import { defineSearchAttributeKey, type SearchAttributePair } from '@temporalio/common';
import { ATTRIBUTES, type AttributeValues, quarterOf } from '../drills/attributes.ts';
import type { Plan } from '../drills/plan.ts';
import { MAIN_QUEUE } from '../drills/queues.ts';
import type { drill } from '../workflows/drill.ts';

/** `drill/<name>-<UTC time>`, the form that schedules give theirs. Ids are never parsed. */
export function runId(name: string, at = new Date()): string {
  return `drill/${name}-${at.toISOString().slice(0, 19)}Z`;
}

export function pairs(values: AttributeValues): SearchAttributePair[] {
  return Object.entries(values).map(([name, value]) => ({
    key: defineSearchAttributeKey(name, ATTRIBUTES[name as keyof typeof ATTRIBUTES]),
    value,
  })) as SearchAttributePair[];
}

/** What is shown and searched of a run, whoever starts it. Execution and run time-outs are never set: they would kill without clean-up. */
export function startOptions(plan: Plan, at: Date): Omit<WorkflowStartOptions<typeof drill>, 'workflowId'> & { args: [Plan] } {
  return {
    args: [plan],
    taskQueue: MAIN_QUEUE,
    workflowIdReusePolicy: 'REJECT_DUPLICATE',
    staticSummary: `${plan.workload}: ${plan.from.site} to ${plan.to.site}, ${plan.mode}`,
    staticDetails: [
      `Drill **${plan.drill.name}** moves **${plan.workload}** from ${plan.from.site} to ${plan.to.site}, mode **${plan.mode}**.`,
      `Targets: RTO ${plan.objectives.rtoSeconds} s, RPO ${plan.objectives.rpoSeconds} s, held for ${plan.objectives.holdSeconds} s.`,
      `Asked for by ${plan.requestedBy} (${plan.trigger}). Definition sha256 \`${plan.drill.sha256}\`.`,
      ...(plan.environment === 'emulated' ? ['**Emulated: no evidence for an auditor.**'] : []),
    ].join('\n\n'),
    memo: { drill: plan.drill.name, requestedBy: plan.requestedBy, trigger: plan.trigger, definition: plan.drill.sha256, objectives: plan.objectives },
    typedSearchAttributes: pairs({
      Drill: plan.drill.name,
      Workload: plan.workload,
      SourceSite: plan.from.site,
      TargetSite: plan.to.site,
      DrillMode: plan.mode,
      DrillEnvironment: plan.environment,
      Quarter: quarterOf(at),
      Vendors: [...new Set([plan.from.vendor, plan.to.vendor])],
    }),
  };
}

/** Starts a run; two in one second get different ids. */
export async function startDrill(client: Client, plan: Plan): Promise<WorkflowHandle<typeof drill>> {
  const at = new Date();
  const options = startOptions(plan, at);
  try {
    return await client.workflow.start<typeof drill>('drill', { ...options, workflowId: runId(plan.drill.name, at) });
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'WorkflowExecutionAlreadyStartedError') throw error;
    return client.workflow.start<typeof drill>('drill', { ...options, workflowId: `${runId(plan.drill.name, at)}-${randomBytes(2).toString('hex')}` });
  }
}
