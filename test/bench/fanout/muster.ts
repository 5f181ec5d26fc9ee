import type { WorkflowHandle } from '@temporalio/client';
import { standingMark } from '../../../drills/mark.ts';
import type { ComponentRef } from '../../../drills/plan.ts';
import { MAIN_QUEUE } from '../../../drills/queues.ts';
import type { ResourceId } from '../../../providers/spec.ts';
import type { deploy } from '../../../workflows/deploy.ts';
import type { BareCloud } from './bareCloud.ts';
import type { Ground } from './ground.ts';
import { INSTALLATION, REMOVALS, ROUTE } from './names.ts';
import type { removal } from './removalWorkflow.ts';
import { type Tally, tallyOf } from './tally.ts';

/** Scheduled, started, completed. */
const EVENTS_OF_A_TASK = 3;

/** One half of a run: making all replicas, or removing them. */
export interface Half {
  readonly calls: Tally;
  readonly seconds: number;
  /** Of the history; a plain script has none. */
  readonly events?: number;
}

export interface Run {
  readonly start: Half;
  readonly remove: Half;
  /** Of the worker afterwards. */
  readonly memory?: string;
}

/** Has a running worker start so many replicas at the cloud's site, which is called as the cloud. Throws when not each of them is there. */
export function make({ client }: Ground, cloud: BareCloud, replicas: number): Promise<Half> {
  const workload = workloadOf(replicas);
  const args: Parameters<typeof deploy> = [
    { installation: INSTALLATION, site: cloud.name, route: ROUTE, components: [componentOf(cloud, workload, replicas)] },
  ];
  return half(cloud, async () => {
    const handle = await client.workflow.start<typeof deploy>('deploy', { taskQueue: MAIN_QUEUE, workflowId: `deploy/${cloud.name}-${workload}`, args });
    const endpoints = (await handle.result()).node?.http ?? [];
    if (endpoints.length !== replicas) throw new Error(`${cloud.name}: ${endpoints.length} of ${replicas} replicas have an endpoint`);
    return eventsOf(handle);
  });
}

/** Has it remove them again. */
export function remove({ client }: Ground, cloud: BareCloud, replicas: number): Promise<Half> {
  return half(cloud, async () => {
    const handle = await client.workflow.start<typeof removal>('removal', {
      taskQueue: REMOVALS,
      workflowId: `remove/${cloud.name}-${workloadOf(replicas)}`,
      args: [{ site: cloud.name, kind: 'workload', id: idOf(replicas), routes: [ROUTE] }],
    });
    await handle.result();
    return eventsOf(handle);
  });
}

export function idOf(replicas: number): ResourceId {
  return { owner: standingMark(INSTALLATION), role: `${workloadOf(replicas)}/node`, generation: 1 };
}

/** Without what a slow machine adds: workflow tasks that timed out and were given again. */
async function eventsOf(handle: WorkflowHandle): Promise<number> {
  const events = (await handle.fetchHistory()).events ?? [];
  const done = events.filter(({ workflowTaskCompletedEventAttributes: each }) => each).length;
  const ofTasks = events.filter(
    (each) =>
      each.workflowTaskScheduledEventAttributes ??
      each.workflowTaskStartedEventAttributes ??
      each.workflowTaskCompletedEventAttributes ??
      each.workflowTaskTimedOutEventAttributes,
  ).length;
  return events.length - ofTasks + EVENTS_OF_A_TASK * done;
}

async function half(cloud: BareCloud, work: () => Promise<number>): Promise<Half> {
  await cloud.takeCalls();
  const began = performance.now();
  const events = await work();
  const seconds = (performance.now() - began) / 1000;
  return { calls: tallyOf(await cloud.takeCalls()), seconds, events };
}

function workloadOf(replicas: number): string {
  return `fan-${replicas}`;
}

/** The smallest there is. No health check: nothing runs. */
function componentOf({ name, site }: BareCloud, workload: string, replicas: number): ComponentRef {
  const { orders = '' } = site.images as Readonly<Record<string, string>>;
  return {
    workload,
    component: 'node',
    images: { [name]: orders },
    boot: ['sleep', 'infinity'],
    replicas,
    size: { cpu: 0.5, memoryBytes: 256 * 2 ** 20, arch: ['amd64'] },
    ports: { http: 7000 },
    env: {},
    secrets: {},
    data: {},
    needs: [],
    required: true,
  };
}
