import { type NativeConnection, Worker, type WorkerOptions } from '@temporalio/worker';
import { createActivities } from '../activities/index.ts';
import type { Deps } from '../activities/deps.ts';
import { createOutsideActivities } from '../activities/outside/index.ts';
import { namingErrors } from '../activities/wrap.ts';
import type { VantageActivities } from '../activities/contract.ts';
import { MAIN_QUEUE, vantageQueue } from '../drills/queues.ts';
import { workflowBundle } from './bundle.ts';

/** What a worker is to serve. */
export interface Serving {
  /** Vantages that this worker serves beside the main queue. */
  readonly vantages: readonly string[];
  /** False for a vantage that runs elsewhere than the main worker. */
  readonly main: boolean;
  readonly interceptors?: WorkerOptions['interceptors'];
}

interface WorkerSetup extends Serving {
  readonly connection: NativeConnection;
  readonly namespace: string;
  readonly deps: Deps;
}

/** A drill that new code cannot go on with fails: then its lock brings everything back. Else it would wait for the old code, with the service gone. */
export const WORKFLOW_FAILURES: NonNullable<WorkerOptions['workflowFailureErrorTypes']> = { '*': [], drill: ['NondeterminismError'] };

const VANTAGE_SLOTS = 100;

/** By these whoever started a worker finds what it has left behind. */
const TELLTALES = ['MUSTER_STAND', 'MUSTER_TEST'];

/** One worker for the main task queue and one for each vantage, sharing a connection. */
export async function createWorkers({ connection, namespace, deps, vantages, main, interceptors }: WorkerSetup): Promise<Worker[]> {
  const shared = { connection, namespace, shutdownGraceTime: 2000, ...(interceptors ? { interceptors } : {}) };
  const outside = namingErrors<VantageActivities>(
    createOutsideActivities({ folder: deps.runFolder, cwd: deps.projectFolder, env: deps.environment(['PATH', 'HOME', ...TELLTALES]) }),
  );
  const workers: Worker[] = [];
  if (main) {
    workers.push(
      await Worker.create({
        ...shared,
        taskQueue: MAIN_QUEUE,
        workflowBundle: await workflowBundle(),
        activities: createActivities(deps),
        workflowFailureErrorTypes: WORKFLOW_FAILURES,
        // The default of ten seconds is what a killed worker costs a run.
        stickyQueueScheduleToStartTimeout: 1000,
      }),
    );
  }
  for (const vantage of vantages) {
    workers.push(
      await Worker.create({
        ...shared,
        taskQueue: vantageQueue(vantage),
        activities: outside,
        maxConcurrentActivityTaskExecutions: VANTAGE_SLOTS,
        // A hole in the samples starts at the last heartbeat that was delivered.
        maxHeartbeatThrottleInterval: 250,
      }),
    );
  }
  return workers;
}
