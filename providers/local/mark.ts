import type { MarkFilter, ResourceId } from '../spec.ts';

/** The mark as the processes of a thing carry it in their environment. */
export function environmentOf(root: string, site: string, id: ResourceId): Record<string, string> {
  return {
    MUSTER_ROOT: root,
    MUSTER_SITE: site,
    MUSTER_INSTALLATION: id.owner.installation,
    MUSTER_RUN: id.owner.run,
    MUSTER_EXPIRES: id.owner.expires,
    MUSTER_ROLE: id.role,
    MUSTER_GENERATION: String(id.generation),
  };
}

/** What of it says whose a process is: the same thing under a mark with another expiry is the same. */
export function identityMark(root: string, id: ResourceId): Record<string, string> {
  const { MUSTER_SITE: _, MUSTER_EXPIRES: __, ...mark } = environmentOf(root, '', id);
  return mark;
}

/** Undefined when this is not the environment of a thing under this root. */
export function idFrom(root: string, env: Readonly<Record<string, string>>): ResourceId | undefined {
  const { MUSTER_ROOT, MUSTER_INSTALLATION: installation, MUSTER_RUN: run, MUSTER_EXPIRES: expires, MUSTER_ROLE: role, MUSTER_GENERATION } = env;
  if (MUSTER_ROOT !== root || !installation || !run || !expires || role === undefined || !/^\d+$/.test(MUSTER_GENERATION ?? '')) return undefined;
  return { owner: { installation, run, expires }, role, generation: Number(MUSTER_GENERATION) };
}

export function matches(filter: MarkFilter, { owner }: ResourceId): boolean {
  return owner.installation === filter.installation && (filter.run === undefined || owner.run === filter.run);
}
