import type { z } from 'zod';
import { drill } from '../schema/drill.ts';
import { muster } from '../schema/muster.ts';
import { workload } from '../schema/workload.ts';
import { nearest, quoted } from './say.ts';
import type { Node } from './tree.ts';

export type Kind = 'muster' | 'workload' | 'drill';

/** The key that names what the file is about. */
export const NAME_KEY: Readonly<Record<Kind, string>> = { muster: 'installation', workload: 'workload', drill: 'drill' };

const KEYS: Readonly<Record<Kind, readonly string[]>> = { muster: keys(muster), workload: keys(workload), drill: keys(drill) };
const KINDS = ['drill', 'muster', 'workload'] as const;

/** By the key that only this kind has, else by most of its keys, so that a misspelt first key is a mistake like any other. */
export function kindOf(root: Node): Kind | undefined {
  const has = (key: string) => root.entries?.has(key) ?? false;
  if (has('drill')) return 'drill';
  if (has('installation')) return 'muster';
  if (has('components')) return 'workload';
  const counted = KINDS.map((kind) => ({ kind, known: KEYS[kind].filter(has).length })).toSorted((one, other) => other.known - one.known);
  const [first, second] = counted;
  if (first && first.known > 1 && first.known > (second?.known ?? 0)) return first.kind;
  return has('workload') ? 'workload' : undefined;
}

export function sayUnknownKind(root: Node): string {
  const first = [...(root.entries?.keys() ?? [])].map((key) => nearest(key, Object.values(NAME_KEY))).find((guess) => guess !== undefined);
  const meant = first === undefined ? '' : `; did you mean ${quoted(first)}?`;
  return `this is none of the three files: muster.yaml holds "installation: <name>", a workload holds "workload: <name>" and components, a drill holds "drill: <name>"${meant}`;
}

function keys(schema: z.ZodObject): string[] {
  return Object.keys(schema.shape);
}
