import { proxyActivities } from '@temporalio/workflow';

const { noop } = proxyActivities<{ noop(): Promise<void> }>({ startToCloseTimeout: 60_000 });

/** What Temporal itself costs: no-op activities, one after the other. */
export async function raw(count: number): Promise<void> {
  for (let done = 0; done < count; done++) await noop();
}
