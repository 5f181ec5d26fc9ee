import { proxyActivities } from '@temporalio/workflow';
import type { Activities } from '../../../activities/contract.ts';
import { MAIN_QUEUE } from '../../../drills/queues.ts';

type Removal = Pick<Activities, 'remove'>;

/** Nothing of the product removes what stands: this has the worker's own activity do it, as an undo would. */
export async function removal(input: Parameters<Removal['remove']>[0]): Promise<void> {
  await proxyActivities<Removal>({ taskQueue: MAIN_QUEUE, startToCloseTimeout: 300_000, heartbeatTimeout: 3000 }).remove(input);
}
