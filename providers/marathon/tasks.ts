import type { Endpoint } from '../spec.ts';
import type { App, Task } from './answers.ts';

/** Runs, and answers to the app's own health checks where it has some. */
export function isWell({ healthChecks }: App, { state, healthCheckResults }: Task): boolean {
  if (state !== 'TASK_RUNNING') return false;
  if (healthChecks.length === 0) return true;
  return healthCheckResults.length > 0 && healthCheckResults.every((result) => result?.alive === true);
}

/** Nothing is under way and every instance is well. */
export function isAtRest(app: App): boolean {
  return app.deployments.length === 0 && app.tasks.length === app.instances && app.tasks.every((task) => isWell(app, task));
}

/** One endpoint an instance by port name, in one order. Ports without a name are `port0`, `port1` … as Marathon's `$PORT0`. */
export function endpointsOf({ container, portDefinitions, tasks }: App): Record<string, Endpoint[]> {
  const mapped = [...(container?.portMappings ?? []), ...(container?.docker?.portMappings ?? [])];
  const ports = mapped.length > 0 ? mapped : portDefinitions;
  return Object.fromEntries(
    ports.map(({ name, containerPort }, index) => {
      const at = tasks.flatMap((task) => endpointOf(task, index, containerPort) ?? []);
      return [name ?? `port${index}`, at.toSorted((a, b) => (a.host === b.host ? a.port - b.port : a.host < b.host ? -1 : 1))] as const;
    }),
  );
}

/** On a container network without a port of the agent the task has an address of its own. */
function endpointOf({ host, ports, ipAddresses: [own] }: Task, index: number, containerPort: number | undefined): Endpoint | undefined {
  const port = ports[index];
  if (port !== undefined) return { host, port };
  return own && containerPort !== undefined ? { host: own.ipAddress, port: containerPort } : undefined;
}
