import { ANCHORS } from '../schema/drill.ts';
import { PHASES, type Uses } from '../plan.ts';
import { nearest, quoted } from './say.ts';
import type { Path } from './tree.ts';

const FIXED_USES: Readonly<Record<Exclude<Uses, 'script'>, true>> = {
  lock: true,
  preflight: true,
  baseline: true,
  approve: true,
  disrupt: true,
  fence: true,
  restore: true,
  isolate: true,
  start: true,
  cutover: true,
  hold: true,
  verify: true,
  'canary-read': true,
  failback: true,
  cleanup: true,
  sweep: true,
  conclude: true,
};
/** Names that the fixed steps and phases of a run have. */
const FIXED: ReadonlySet<string> = new Set([...PHASES, ...Object.keys(FIXED_USES), 'clean-up']);
/** What a custom step may not stand after, because it would come between a fixed step and what must follow it. */
const NOT_AFTER: ReadonlySet<string> = new Set(['lock', 'fence', 'cleanup', 'clean-up', 'sweep', 'conclude']);
/** Keys that look as if they could switch something off. */
const SWITCH =
  /^(skip|skips|skipped|disable|disabled|enable|enabled|off|omit|without|only|replace|replaces|override|overrides|ignore|force|unsafe|when|if)$|^(no|skip|disable|without|ignore)[-_A-Z]/;

export const isFixed = (name: string): boolean => FIXED.has(name);

export const sayFixed = (name: string): string =>
  `${quoted(name)} is a fixed step: it cannot be replaced, skipped or moved past (safety rule 1); give your step another name`;

/** Words for a key of a drill that the format does not know, when it tries to change a fixed step. */
export function sayOfKey(path: Path, key: string, known: readonly string[]): string | undefined {
  if (path.length === 1 && FIXED.has(key))
    return `${quoted(key)} is a fixed step: a drill file cannot replace, skip or change it (safety rule 1); leave the key out`;
  if (!SWITCH.test(key) || nearest(key, known) !== undefined) return undefined;
  return `${quoted(key)}: a drill file switches no step off; lock, fence, verify and clean-up always run (safety rule 1); leave the key out`;
}

/** Words for a value of a drill that its schema refuses, when it tries to move past a fixed step. */
export function sayOfValue(path: Path, value: unknown): string | undefined {
  if (path.join() === 'verify' && (value === false || value === null || typeof value === 'string')) {
    return 'nothing switches verify off: hold and canary are always looked at (safety rule 1); leave the key out when you have no checks of your own';
  }
  if (path.length !== 3 || path[0] !== 'steps' || path[2] !== 'after' || typeof value !== 'string' || !NOT_AFTER.has(value)) return undefined;
  return `no step may stand after ${quoted(value)}: what follows it is fixed (safety rule 1); write one of ${ANCHORS.join(', ')}`;
}
