import { fileURLToPath } from 'node:url';
import { NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { quiet } from '../../support/quiet.ts';
import type { Ground } from './ground.ts';
import { REMOVALS } from './names.ts';

/** A worker in this process for the one workflow that is the bench's own; its activities are the product's worker's. */
export async function startRemovals({ env }: Ground): Promise<{ stop(): Promise<void> }> {
  Runtime.install(quiet);
  const connection = await NativeConnection.connect({ address: env.TEMPORAL_ADDRESS });
  const worker = await Worker.create({
    connection,
    namespace: env.TEMPORAL_NAMESPACE,
    taskQueue: REMOVALS,
    workflowsPath: fileURLToPath(new URL('removalWorkflow.ts', import.meta.url)),
  });
  const running = worker.run();
  return {
    async stop() {
      worker.shutdown();
      await running;
      await connection.close();
    },
  };
}
