import { existsSync } from 'node:fs';
import { z } from 'zod';

/** Where a worker is to die. `heartbeat` = so many milliseconds after its first heartbeat, while it is still at work. */
export const killPoint = z.strictObject({
  id: z.string(),
  activity: z.string(),
  /** Type of the workflow that the activity belongs to. */
  workflow: z.enum(['drill', 'lock']),
  /** Which of that type's activities in one run, in the order of their starts. */
  nth: z.number().int().min(1),
  when: z.enum(['entry', 'heartbeat', 'effect']),
  afterMs: z.number().min(0),
});
export type KillPoint = z.infer<typeof killPoint>;

/** Names the file that holds the point; a worker looks into it at each activity. */
export const KILL_POINT_ENV = 'MUSTER_KILL_POINT';

let made = 0;

export function newKillPoint(point: Omit<KillPoint, 'id' | 'afterMs'> & Partial<KillPoint>): KillPoint {
  made += 1;
  return { id: String(made), afterMs: 0, ...point };
}

/** Written just before the kill: a worker dies at a point once, whatever comes after it. */
export function reachedFile(file: string, { id }: KillPoint): string {
  return `${file}.${id}.reached`;
}

export function wasReached(file: string, point: KillPoint): boolean {
  return existsSync(reachedFile(file, point));
}
