import { z } from 'zod';

/** Where a worker is to be killed. `heartbeat` = so many milliseconds after its first heartbeat, while it is still at work. */
export const crashOrder = z.strictObject({
  id: z.string(),
  activity: z.string(),
  /** Type of the workflow that the activity belongs to. */
  workflow: z.enum(['drill', 'lock']),
  /** Which of that type's activities in one run, in the order of their starts. */
  nth: z.number().int().min(1),
  when: z.enum(['entry', 'heartbeat', 'effect']),
  afterMs: z.number().min(0),
});
export type CrashOrder = z.infer<typeof crashOrder>;

/** Names the file that holds the order; a worker looks into it at each activity. */
export const ORDER_ENV = 'MUSTER_CRASH_ORDER';

/** Written just before the kill: an order is carried out once, whatever comes after it. */
export function reachedFile(orderFile: string, { id }: Pick<CrashOrder, 'id'>): string {
  return `${orderFile}.${id}.reached`;
}
