import { fileURLToPath } from 'node:url';
import type { Client } from '@temporalio/client';
import { type NativeConnection, Worker } from '@temporalio/worker';
import type { raw } from './rawWorkflow.ts';

export interface Raw {
  /** Seconds for so many workflows of so many activities each, all started at once. */
  run(workflows: number, activities: number): Promise<number>;
  stop(): Promise<void>;
}

const QUEUE = 'raw';

/** Plain Temporal on the same server, for comparison in the same run. */
export async function rawTemporal(client: Client, connection: NativeConnection, namespace: string): Promise<Raw> {
  const worker = await Worker.create({
    connection,
    namespace,
    taskQueue: QUEUE,
    workflowsPath: fileURLToPath(new URL('rawWorkflow.ts', import.meta.url)),
    activities: { noop: async () => undefined },
  });
  const running = worker.run();
  let serial = 0;
  return {
    async run(workflows, activities) {
      const began = performance.now();
      await Promise.all(
        Array.from({ length: workflows }, () =>
          client.workflow.execute<typeof raw>('raw', { taskQueue: QUEUE, workflowId: `raw-${++serial}`, args: [activities] }),
        ),
      );
      return (performance.now() - began) / 1000;
    },
    async stop() {
      worker.shutdown();
      await running;
    },
  };
}
