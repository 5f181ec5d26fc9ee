import type { Answer, Ask, Handler } from './ask.ts';
import { ArmError } from './armError.ts';
import { type Operation, statusOf } from './longRunning.ts';

const PATH =
  /^\/subscriptions\/(?<subscriptionId>[^/]+)\/providers\/Microsoft\.(?:Compute|Network)\/locations\/[^/]+\/(?<list>operations|operationResults)\/(?<operationId>[^/]+)$/i;

/** Where an operation is looked at: https://learn.microsoft.com/azure/azure-resource-manager/management/async-operations */
export function operationRoute(method: string, path: string): { id: string; params: Record<string, string>; handle: Handler } | undefined {
  const groups = method === 'GET' ? PATH.exec(path)?.groups : undefined;
  if (!groups) return undefined;
  const { list = '', ...params } = groups;
  return list.toLowerCase() === 'operations'
    ? { id: 'Operations_Get', params, handle: (ask) => ({ status: 200, body: statusOf(wanted(ask)) }) }
    : { id: 'OperationResults_Get', params, handle: result };
}

function result(ask: Ask): Answer {
  const { status, error, deletes, shows } = wanted(ask);
  if (error) throw error;
  if (status === 'InProgress') return { status: 202, headers: { location: ask.url.href } };
  return { status: deletes ? 204 : 200, ...(shows && { body: shows() }) };
}

function wanted({ cloud, params: { operationId = '' } }: Ask): Operation {
  const operation = cloud.operations.get(operationId);
  if (!operation) throw new ArmError(404, 'NotFound', `The operation '${operationId}' was not found.`);
  return operation;
}
