import { existsSync } from 'node:fs';
import type { CrashStand } from './crashStand.ts';
import { type CrashOrder, reachedFile } from './order.ts';

let count = 0;

export function newOrder(order: Omit<CrashOrder, 'id' | 'afterMs'> & Partial<CrashOrder>): CrashOrder {
  count += 1;
  return { id: String(count), afterMs: 0, ...order };
}

export function wasReached({ orderFile }: CrashStand, order: CrashOrder): boolean {
  return existsSync(reachedFile(orderFile, order));
}
