import { ActivityFailure, ApplicationFailure, type ActivityOptions, isCancellation, proxyActivities, TimeoutFailure } from '@temporalio/workflow';
import type { Activities, VantageActivities } from '../activities/contract.ts';
import { ErrorCode } from '../providers/spec.ts';
import { vantageQueue } from '../drills/queues.ts';

interface How {
  /** Plain words for the timeline in the Temporal UI, at most 200 bytes. */
  readonly summary: string;
  /** Seconds that one attempt may take. */
  readonly within: number;
  /** Attempts; without it, until `within` has passed three times. */
  readonly attempts?: number;
  /** For what runs for as long as the drill does. */
  readonly endless?: boolean;
}

type Name<T> = keyof T & string;
type Call<F> = F extends (...args: infer A) => Promise<infer R> ? { readonly args: A; readonly result: R } : never;

const HEARTBEAT_TIMEOUT = 3000;

/** One activity on the main task queue. */
export function act<N extends Name<Activities>>(name: N, how: How, ...args: Call<Activities[N]>['args']): Promise<Call<Activities[N]>['result']> {
  return run(proxyActivities<Record<string, (...args: unknown[]) => Promise<unknown>>>(options(how)), name, how, args) as Promise<
    Call<Activities[N]>['result']
  >;
}

/** One activity at a vantage. */
export function actAt<N extends Name<VantageActivities>>(
  vantage: string,
  name: N,
  how: How,
  ...args: Call<VantageActivities[N]>['args']
): Promise<Call<VantageActivities[N]>['result']> {
  const proxies = proxyActivities<Record<string, (...args: unknown[]) => Promise<unknown>>>({ ...options(how), taskQueue: vantageQueue(vantage) });
  return run(proxies, name, how, args) as Promise<Call<VantageActivities[N]>['result']>;
}

function options({ within, attempts, endless }: How): ActivityOptions {
  const once = Math.ceil(within * 1000) + 5000;
  return {
    startToCloseTimeout: endless ? '30 days' : once,
    ...(endless ? {} : { scheduleToCloseTimeout: 3 * once + 30_000 }),
    heartbeatTimeout: HEARTBEAT_TIMEOUT,
    // The documented default is not what happens: without this, undo starts while the act still runs.
    cancellationType: 'WAIT_CANCELLATION_COMPLETED',
    retry: {
      initialInterval: 200,
      backoffCoefficient: endless ? 1 : 1.5,
      maximumInterval: 5000,
      ...(attempts === undefined ? {} : { maximumAttempts: attempts }),
    },
  };
}

function run(
  proxies: Record<string, { executeWithOptions: (options: ActivityOptions, args: unknown[]) => Promise<unknown> }>,
  name: string,
  how: How,
  args: unknown[],
): Promise<unknown> {
  const proxy = proxies[name];
  if (!proxy) throw ApplicationFailure.nonRetryable(`no activity ${name}`);
  return proxy.executeWithOptions({ ...options(how), summary: cut(how.summary, 200) }, args);
}

/** Temporal refuses longer summaries; it counts bytes. */
export function cut(text: string, most: number): string {
  const ascii = text.replaceAll('→', 'to').replaceAll(/[^\x20-\x7E]/g, '?');
  return ascii.length <= most ? ascii : `${ascii.slice(0, most - 3)}...`;
}

/** One line for journal and people. */
export function reasonOf(error: unknown): string {
  if (isCancellation(error)) return 'stopped';
  if (error instanceof ActivityFailure) {
    if (error.cause instanceof TimeoutFailure) return `${error.activityType} did not finish in time`;
    if (error.cause) return reasonOf(error.cause);
  }
  return error instanceof Error ? error.message : String(error);
}

/** The code of what went wrong, where a provider named it. */
export function codeOf(error: unknown): ErrorCode {
  return namedCode(error) ?? ErrorCode.Unknown;
}

/** No try at all would have gone better: whoever failed has said so, or it was stopped. */
export function isLasting(error: unknown): boolean {
  if (!(error instanceof ActivityFailure)) return true;
  return isCancellation(error) || (error.cause instanceof ApplicationFailure && error.cause.nonRetryable === true);
}

/** A site did not answer, or only that it cannot now. */
export function isUnanswered(error: unknown): boolean {
  return !isLasting(error) && namedCode(error) === ErrorCode.Unavailable;
}

function namedCode(error: unknown): ErrorCode | undefined {
  const type = error instanceof ActivityFailure && error.cause instanceof ApplicationFailure ? error.cause.type : undefined;
  return Object.values(ErrorCode).find((code) => code === type);
}

/**
 * The runner is to blame, not a site, a service or a script: no provider named what an activity threw, or no worker took
 * it to its end. Steps say with RangeError what they found.
 */
export function isFault(error: unknown): boolean {
  if (isCancellation(error) || error instanceof RangeError) return false;
  if (!(error instanceof ActivityFailure)) return true;
  if (error.cause instanceof TimeoutFailure) return error.cause.timeoutType === 'HEARTBEAT' || error.cause.timeoutType === 'SCHEDULE_TO_START';
  return namedCode(error) === undefined;
}
