import { connect } from 'node:net';
import type { Endpoint } from '../providers/spec.ts';
import type { HealthCheck } from './contract.ts';

/** Undefined when every replica answers 200 (or accepts a connection, where no path is given); else why not. */
export async function unhealthy(
  endpoints: Readonly<Record<string, readonly Endpoint[]>>,
  check: HealthCheck,
  signal: AbortSignal,
): Promise<string | undefined> {
  const replicas = endpoints[check.port] ?? [];
  if (replicas.length === 0) return `no endpoint for port ${check.port}`;
  const answers = await Promise.all(replicas.map((endpoint) => (check.path ? answers200(endpoint, check.path, signal) : accepts(endpoint, signal))));
  return answers.find((answer) => answer !== undefined);
}

async function answers200({ host, port }: Endpoint, path: string, signal: AbortSignal): Promise<string | undefined> {
  try {
    const response = await fetch(`http://${host}:${port}${path}`, {
      signal: AbortSignal.any([signal, AbortSignal.timeout(2000)]),
      redirect: 'manual',
      headers: { connection: 'close' },
    });
    const body = await response.text();
    return response.status === 200 ? undefined : `${host}:${port}${path} answered ${response.status} ${body.slice(0, 120)}`;
  } catch (error) {
    signal.throwIfAborted();
    return `${host}:${port}${path}: ${error instanceof Error ? (error.cause instanceof Error ? error.cause.message : error.message) : String(error)}`;
  }
}

function accepts({ host, port }: Endpoint, signal: AbortSignal): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, signal, timeout: 2000 });
    const end = (why?: string) => {
      socket.destroy();
      resolve(why);
    };
    socket.once('connect', () => end());
    socket.once('timeout', () => end(`${host}:${port} timed out`));
    socket.once('error', (error) => end(`${host}:${port}: ${error.message}`));
  });
}
