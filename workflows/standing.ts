import type { Plan } from '../drills/plan.ts';
import type { PowerRef } from '../providers/spec.ts';

/** What runs a component at the source. */
export function standingAt({ from }: Plan, component: string): PowerRef {
  const ref = from.standing[component];
  if (!ref) throw new RangeError(`nothing says what runs ${component} at ${from.site}`);
  return ref;
}
