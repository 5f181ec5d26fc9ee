import { setTimeout as sleep } from 'node:timers/promises';
import { Context } from '@temporalio/activity';

/** Of the present activity: ends with AbortError when it is cancelled. */
export async function pause(ms: number): Promise<void> {
  await sleep(ms, undefined, { signal: Context.current().cancellationSignal });
}
