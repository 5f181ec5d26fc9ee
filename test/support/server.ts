import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineSearchAttributeKey } from '@temporalio/common';
import type { Client } from '@temporalio/client';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { makeTelemetryFilterString, Runtime, Worker } from '@temporalio/worker';
import type { Activities } from '../../activities/contract.ts';
import { temporalBinary } from '../../cli/setup/binaries.mjs';
import { ATTRIBUTES } from '../../drills/attributes.ts';
import { MAIN_QUEUE, vantageQueue } from '../../drills/queues.ts';
import { workflowBundle } from '../../worker/bundle.ts';
import { fakeActivities, type FakeActivities } from './fakes/index.ts';

const quiet = () => undefined;

export interface TestServer {
  readonly client: Client;
  readonly namespace: string;
  readonly address: string;
  readonly fakes: FakeActivities;
  stop(): Promise<void>;
}

/** A Temporal development server of its own on a free port, with workers that run our workflows on fake activities, but for those that are given as `real`. */
export async function startTestServer(real: Partial<Activities> = {}, heartbeatMs = 200): Promise<TestServer> {
  Runtime.install({
    logger: { log: quiet, trace: quiet, debug: quiet, info: quiet, warn: quiet, error: quiet },
    // Runs are terminated here, and the core warns of each activity that ends after them.
    telemetryOptions: { logging: { filter: makeTelemetryFilterString({ core: 'ERROR', other: 'ERROR' }), forward: {} } },
  });
  const folder = await mkdtemp(join(tmpdir(), 'temporal-'));
  const env = await TestWorkflowEnvironment.createLocal({
    server: {
      executable: { type: 'existing-path', path: temporalBinary() },
      ip: '127.0.0.1',
      log: { format: 'pretty', level: 'never' },
      // A file with these pragmas is more than twice as fast as the database in memory.
      dbFilename: join(folder, 'temporal.db'),
      extraArgs: ['--output', 'none', '--sqlite-pragma', 'journal_mode=WAL', '--sqlite-pragma', 'synchronous=NORMAL'],
      searchAttributes: Object.entries(ATTRIBUTES).map(([name, type]) => defineSearchAttributeKey(name, type)),
    },
  });
  const { client, nativeConnection: connection } = env;
  const namespace = client.options.namespace;
  const fakes = fakeActivities({ client: async () => client, namespace });
  const shared = { connection, namespace, maxHeartbeatThrottleInterval: heartbeatMs, defaultHeartbeatThrottleInterval: heartbeatMs, shutdownGraceTime: 1000 };
  const workers = [
    await Worker.create({ ...shared, taskQueue: MAIN_QUEUE, workflowBundle: await workflowBundle(), activities: { ...fakes.main, ...real } }),
    await Worker.create({ ...shared, taskQueue: vantageQueue('here'), activities: fakes.vantage, maxConcurrentActivityTaskExecutions: 200 }),
  ];
  const running = workers.map((worker) => worker.run());
  return {
    client,
    namespace,
    address: env.address,
    fakes,
    async stop() {
      for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
      await Promise.all(running);
      await env.teardown();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
