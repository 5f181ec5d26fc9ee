import { createHash } from 'node:crypto';
import { markOf, markText, portsOf, portsText, wholeNumber } from '../marks.ts';
import type { ResourceId } from '../spec.ts';

export const KEY = {
  installation: 'user.muster.installation',
  run: 'user.muster.run',
  role: 'user.muster.role',
  generation: 'user.muster.generation',
  expires: 'user.muster.expires',
  digest: 'user.muster.digest',
  /** Of all that an id is: filters of Incus are patterns, and nothing in a hash is special. */
  id: 'user.muster.id',
  /** Of the installation, for the same reason. */
  of: 'user.muster.of',
  ports: 'user.muster.ports',
  replicas: 'user.muster.replicas',
  /** Number of the replica. */
  replica: 'user.muster.replica',
  /** Data sets to restore at the next start; shown on the container by its metadata service. */
  restore: 'user.muster.restore',
  /** The interfaces to give back after isolation. */
  isolated: 'user.muster.isolated',
} as const;

export interface Marked {
  readonly id: ResourceId;
  readonly digest: string;
  readonly ports: Readonly<Record<string, number>>;
  readonly replicas: number;
  readonly replica: number;
}

export function hashOfInstallation(installation: string): string {
  return createHash('sha256').update(installation).digest('hex').slice(0, 32);
}

/** The mark as keys of a container's configuration, which hold any text. */
export function keysOf({ id, digest, ports, replicas, replica }: Marked): Record<string, string> {
  return {
    ...markText(KEY, id, digest),
    [KEY.of]: hashOfInstallation(id.owner.installation),
    [KEY.ports]: portsText(ports),
    [KEY.replicas]: String(replicas),
    [KEY.replica]: String(replica),
  };
}

/** Undefined when it does not carry a whole mark of ours. */
export function markedBy(config: Readonly<Record<string, string>>): Marked | undefined {
  const mark = markOf(KEY, (key) => config[key]);
  const [replicas, replica] = [KEY.replicas, KEY.replica].map((key) => wholeNumber(config[key]));
  if (!mark || replicas === undefined || replica === undefined) return undefined;
  return { ...mark, ports: portsOf(config[KEY.ports]), replicas, replica };
}
