import { DriverError } from '../errors.ts';
import type { Fetchable, WorkloadSpec } from '../spec.ts';

const NAME = /^[A-Za-z0-9][A-Za-z0-9_-]{0,60}$/;
const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]*$/;
const SHA256 = /^[0-9a-f]{64}$/;
/** One that a shell cannot mistake for anything else; whatever signs URLs escapes the rest. */
const URL_TEXT = /^https?:\/\/[!-~]+$/;

/** The boot script counts whole seconds, renews after a third of a life, and stops its program two seconds before the end. */
const SHORTEST_LEASE = 5;

/** What becomes a directory, a variable or a line of a script is refused before anything is made. */
export function checkSpec({ boot, replicas, ports, env, secrets, data, files }: WorkloadSpec): void {
  if (!boot[0]) refuse('it has nothing to boot');
  if (!Number.isInteger(replicas) || replicas < 1) refuse(`${replicas} replicas are none`);
  for (const name of Object.keys(data)) if (!NAME.test(name)) refuse(`${JSON.stringify(name)} is no name for a data set`);
  for (const [name, port] of Object.entries(ports)) {
    if (!NAME.test(name)) refuse(`${JSON.stringify(name)} is no name for a port`);
    if (!Number.isInteger(port) || port < 1 || port > 65_535) refuse(`port ${name} is no port number`);
  }
  for (const name of [...Object.keys(env), ...Object.keys(secrets)])
    if (!VARIABLE.test(name)) refuse(`${JSON.stringify(name)} is no name for an environment variable`);
  const sets = Object.entries(data);
  const fetched = [
    ...sets.flatMap(([name, { restore }]) => (restore ? [[`recovery point of ${name}`, restore] as const] : [])),
    ...(files ? [['files', files] as const] : []),
  ];
  for (const [what, file] of fetched) checkFetchable(what, file);
  for (const [name, { lease }] of sets) {
    if (lease && lease.ttlSeconds < SHORTEST_LEASE)
      refuse(`lease of ${name}: ${lease.ttlSeconds} s is too short for a machine, which needs ${SHORTEST_LEASE} s at least`);
    if (lease && ![lease.at, lease.put ?? lease.at].every((url) => URL_TEXT.test(url))) refuse(`lease of ${name}: its URL is no http(s) URL`);
  }
}

/** Throws Invalid for what cannot stand in a line of a script. */
export function checkFetchable(what: string, { url, sha256 }: Fetchable): void {
  if (!URL_TEXT.test(url)) refuse(`${what}: its URL is no http(s) URL`);
  if (!SHA256.test(sha256)) refuse(`${what}: its sha256 is none`);
}

function refuse(what: string): never {
  throw new DriverError('Invalid', `${what}: correct the workload`);
}
