import { DriverError } from '../errors.ts';
import type { WorkloadSpec } from '../spec.ts';

const NAME = /^[A-Za-z0-9][A-Za-z0-9_-]{0,60}$/;
const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Names become directories and environment: one that would lead elsewhere is refused before anything is made. */
export function checkSpec({ boot, replicas, ports, env, secrets, data }: WorkloadSpec): void {
  const refuse = (what: string): never => {
    throw new DriverError('Invalid', `${what}: correct the workload`);
  };
  if (!boot[0]) refuse('it has nothing to boot');
  if (!Number.isInteger(replicas) || replicas < 1) refuse(`${replicas} replicas are none`);
  for (const name of Object.keys(data)) if (!NAME.test(name)) refuse(`${JSON.stringify(name)} is no name for a data set`);
  for (const name of Object.keys(ports)) if (!NAME.test(name)) refuse(`${JSON.stringify(name)} is no name for a port`);
  for (const name of [...Object.keys(env), ...Object.keys(secrets)])
    if (!VARIABLE.test(name)) refuse(`${JSON.stringify(name)} is no name for an environment variable`);
  for (const [name, value] of [...Object.entries(env), ...boot.map((word) => ['boot', word] as const), ...Object.entries(secrets)])
    if (value.includes('\0')) refuse(`${name} holds a NUL`);
}
