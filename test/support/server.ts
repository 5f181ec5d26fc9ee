import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Client } from '@temporalio/client';
import { defineSearchAttributeKey } from '@temporalio/common';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { Runtime, Worker, type WorkflowBundle } from '@temporalio/worker';
import type { Activities } from '../../activities/contract.ts';
import { temporalBinary } from '../../cli/setup/binaries.mjs';
import { ATTRIBUTES } from '../../drills/attributes.ts';
import { MAIN_QUEUE, vantageQueue } from '../../drills/queues.ts';
import { workflowBundle } from '../../worker/bundle.ts';
import { WORKFLOW_FAILURES } from '../../worker/create.ts';
import { fakeActivities, type FakeActivities } from './fakes/index.ts';
import { quiet } from './quiet.ts';

export interface TestServer {
  readonly client: Client;
  readonly namespace: string;
  readonly address: string;
  readonly fakes: FakeActivities;
  /** From now on other workflows run here, as after a new release. */
  release(bundle: WorkflowBundle): Promise<void>;
  stop(): Promise<void>;
}

export interface TestServerOptions {
  readonly serverArguments?: readonly string[];
  /** Activities that are not faked. */
  readonly real?: Partial<Activities>;
  /** How often heartbeats are sent at most. */
  readonly heartbeatMs?: number;
}

/** A Temporal development server of its own on a free port, with workers that run our workflows on fake activities. */
export async function startTestServer({ serverArguments = [], real = {}, heartbeatMs = 200 }: TestServerOptions = {}): Promise<TestServer> {
  Runtime.install(quiet);
  const folder = await mkdtemp(join(tmpdir(), 'temporal-'));
  const env = await TestWorkflowEnvironment.createLocal({
    server: {
      executable: { type: 'existing-path', path: temporalBinary() },
      ip: '127.0.0.1',
      log: { format: 'pretty', level: 'never' },
      // A file with these pragmas is more than twice as fast as the database in memory.
      dbFilename: join(folder, 'temporal.db'),
      extraArgs: ['--output', 'none', '--sqlite-pragma', 'journal_mode=WAL', '--sqlite-pragma', 'synchronous=NORMAL', ...serverArguments],
      searchAttributes: Object.entries(ATTRIBUTES).map(([name, type]) => defineSearchAttributeKey(name, type)),
    },
  });
  const { client, nativeConnection: connection } = env;
  const namespace = client.options.namespace;
  const fakes = fakeActivities({ client: async () => client, namespace });
  const shared = { connection, namespace, maxHeartbeatThrottleInterval: heartbeatMs, defaultHeartbeatThrottleInterval: heartbeatMs, shutdownGraceTime: 1000 };
  const mainWith = async (bundle: WorkflowBundle) =>
    run(
      await Worker.create({
        ...shared,
        taskQueue: MAIN_QUEUE,
        workflowBundle: bundle,
        workflowFailureErrorTypes: WORKFLOW_FAILURES,
        stickyQueueScheduleToStartTimeout: 1000,
        activities: { ...fakes.main, ...real },
      }),
    );
  let main = await mainWith(await workflowBundle());
  const vantage = run(await Worker.create({ ...shared, taskQueue: vantageQueue('here'), activities: fakes.vantage, maxConcurrentActivityTaskExecutions: 200 }));
  return {
    client,
    namespace,
    address: env.address,
    fakes,
    async release(bundle) {
      await main.end();
      main = await mainWith(bundle);
    },
    async stop() {
      await Promise.all([main.end(), vantage.end()]);
      await env.teardown();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function run(worker: Worker): { end(): Promise<void> } {
  const running = worker.run();
  return {
    async end() {
      if (worker.getState() === 'RUNNING') worker.shutdown();
      await running;
    },
  };
}
