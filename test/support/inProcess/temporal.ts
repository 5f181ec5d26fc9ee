/** In place of `@temporalio/workflow`, for simulations: what our workflows use of it, and nothing else. */
import { ActivityFailure, CancelledFailure, WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { type ActivityOptions, simulation } from './simulation.ts';
import { Scope } from './scope.ts';
import type { RunState } from '../../../drills/undo.ts';

export { ActivityFailure, ApplicationFailure, TimeoutFailure } from '@temporalio/common';
export { Scope as CancellationScope };

export const ParentClosePolicy = { REQUEST_CANCEL: 'REQUEST_CANCEL' } as const;
export const WorkflowIdReusePolicy = { ALLOW_DUPLICATE: 'ALLOW_DUPLICATE' } as const;

export const isCancellation = (error: unknown): boolean =>
  error instanceof CancelledFailure || (error instanceof ActivityFailure && error.cause instanceof CancelledFailure);

export const proxyActivities = (given: ActivityOptions) =>
  new Proxy(
    {},
    {
      get: (_, name: string) => ({
        executeWithOptions: (options: ActivityOptions, args: unknown[]) => simulation().execute(Scope.current(), name, { ...given, ...options }, args),
      }),
    },
  );

export const sleep = (ms: number) => simulation().sleep(Scope.current(), ms);
export const condition = (holds: () => boolean, ms?: number) => simulation().condition(Scope.current(), holds, ms);
export const workflowInfo = () => ({ namespace: 'simulated', workflowId: simulation().workflowId, runId: 'simulated', continueAsNewSuggested: false });

export const upsertMemo = ({ state }: { readonly state?: RunState }) => void (state && simulation().keep(state));
export function upsertSearchAttributes(pairs: readonly { readonly key: { readonly name: string }; readonly value: unknown }[]): void {
  for (const { key, value } of pairs) (simulation().attributes[key.name] ??= []).push(value);
}
export const setCurrentDetails = () => undefined;
export const setWorkflowOptions = () => undefined;
export const log = { info: () => undefined, warn: () => undefined };
export const continueAsNew = () => Promise.reject(new TypeError('a simulation is never long'));

const define = (name: string) => ({ name });
export { define as defineUpdate, define as defineSignal, define as defineQuery };
export function setHandler(
  { name }: { readonly name: string },
  run: (...args: never[]) => unknown,
  { validator }: { validator?: (...args: never[]) => void } = {},
): void {
  simulation().handlers.set(name, { run, ...(validator ? { validator } : {}) });
}

/** Only locks are ever started by a run: here they are names in a table. */
export async function startChild(type: string, { workflowId }: { readonly workflowId: string }) {
  const { locks, workflowId: holder } = simulation();
  if (locks.has(workflowId)) throw new WorkflowExecutionAlreadyStartedError('held', workflowId, type);
  locks.set(workflowId, holder);
  return { signal: async (_: unknown, { clean }: { readonly clean: boolean }) => void (clean && locks.delete(workflowId)), result: async () => undefined };
}
