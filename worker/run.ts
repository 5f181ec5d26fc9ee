import { Client, Connection } from '@temporalio/client';
import { NativeConnection, Runtime } from '@temporalio/worker';
import type { Muster } from '../drills/schema/muster.ts';
import { temporalAddress } from './config.ts';
import { createWorkers, type Serving } from './create.ts';
import { createDeps } from './deps.ts';

interface WorkerInput extends Serving {
  readonly muster: Muster;
  readonly projectFolder: string;
  readonly stateFolder: string;
  readonly ready?: () => void;
}

/** Runs until SIGINT or SIGTERM, then lets activities come to rest and ends. */
export async function runWorker(input: WorkerInput): Promise<void> {
  Runtime.install({ logger: { log: line, trace: quiet, debug: quiet, info: quiet, warn: say, error: say }, shutdownSignals: ['SIGINT', 'SIGTERM'] });
  const { options, address, namespace } = temporalAddress();
  const connection = await NativeConnection.connect({ ...options.connectionOptions, address });
  let client: Promise<Client> | undefined;
  const connect = async () => new Client({ connection: await Connection.connect({ ...options.connectionOptions, address }), namespace });
  const deps = createDeps({ ...input, namespace, client: () => (client ??= connect()) });
  try {
    const workers = await createWorkers({ ...input, connection, namespace, deps });
    const running = workers.map((worker) => worker.run());
    input.ready?.();
    await Promise.all(running);
  } finally {
    await (await client)?.connection.close();
    await deps.close();
    await connection.close();
  }
}

const quiet = () => undefined;
/** One line each, on stderr: stdout belongs to records. */
const say = (message: string, meta?: Record<string, unknown>) => line('info', message, meta);

function line(level: string, message: string, meta: Record<string, unknown> = {}): void {
  const { error, activityType, workflowId, reason, site, detail } = meta;
  const why = error instanceof Error ? (error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message) : error;
  const words = [activityType, workflowId, reason, site, detail, why].filter((word) => typeof word === 'string' && word !== '');
  process.stderr.write(`${[level, message, ...words].join(' ').replaceAll('\n', ' ')}\n`);
}
