import { markOf, markText, wholeNumber } from '../marks.ts';
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
  return { ...markText(LABEL, id, digest), [LABEL.replicas]: String(replicas) };
}

/** Undefined when it does not carry a whole mark of ours. */
export function markedBy({ labels }: Pick<App, 'labels'>): Marked | undefined {
  const mark = markOf(LABEL, (key) => labels[key]);
  const replicas = wholeNumber(labels[LABEL.replicas]);
  return mark && replicas !== undefined ? { ...mark, replicas } : undefined;
}

/** A selector that is met by exactly this label. In it all but letters, digits, `.`, `_` and `-` is escaped. */
export function isLabelled(key: string, value: string): string {
  const term = (text: string): string => text.replaceAll(/[^A-Za-z0-9._-]/gu, String.raw`\$&`);
  return `${term(key)}==${term(value)}`;
}
