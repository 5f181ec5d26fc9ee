import { hashOf } from '../marks.ts';
import type { ResourceId } from '../spec.ts';
import type { App } from './answers.ts';

export const LABEL = {
  installation: 'muster-installation',
  run: 'muster-run',
  role: 'muster-role',
  generation: 'muster-generation',
  expires: 'muster-expires',
  digest: 'muster-digest',
  /** Of all that an id is. */
  id: 'muster-id',
  replicas: 'muster-replicas',
} as const;

export interface Marked {
  readonly id: ResourceId;
  readonly digest: string;
  readonly replicas: number;
}

/** Values of labels may be any text. */
export function labelsOf({ id, digest, replicas }: Marked): Record<string, string> {
  const { owner, role, generation } = id;
  return {
    [LABEL.installation]: owner.installation,
    [LABEL.run]: owner.run,
    [LABEL.role]: role,
    [LABEL.generation]: String(generation),
    [LABEL.expires]: owner.expires,
    [LABEL.digest]: digest,
    [LABEL.id]: hashOf(id),
    [LABEL.replicas]: String(replicas),
  };
}

/** Undefined when it does not carry a whole mark of ours. */
export function markedBy({ labels }: Pick<App, 'labels'>): Marked | undefined {
  const [installation, run, role, expires] = [LABEL.installation, LABEL.run, LABEL.role, LABEL.expires].map((key) => labels[key]);
  const [generation, replicas] = [LABEL.generation, LABEL.replicas].map((key) => Number(labels[key] || Number.NaN));
  if (!installation || !run || role === undefined || !expires) return undefined;
  if (generation === undefined || replicas === undefined || !Number.isInteger(generation) || !Number.isInteger(replicas)) return undefined;
  return { id: { owner: { installation, run, expires }, role, generation }, digest: labels[LABEL.digest] ?? '', replicas };
}

/** A selector that is met by exactly this label. In it all but letters, digits, `.`, `_` and `-` is escaped. */
export function isLabelled(key: string, value: string): string {
  const term = (text: string): string => text.replaceAll(/[^A-Za-z0-9._-]/gu, String.raw`\$&`);
  return `${term(key)}==${term(value)}`;
}
