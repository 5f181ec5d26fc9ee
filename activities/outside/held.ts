import { ApplicationFailure, Context } from '@temporalio/activity';
import type { ActivityCancellationDetails } from '@temporalio/common';
import { z } from 'zod';
import { clockOffsetSeconds, LeastClockOffset } from './clockOffset.ts';

/**
 * Why the signal was aborted: `finish` = the workflow wants the result · `leave` = another attempt will go on · `disowned` = the server knows this
 * attempt no more: the run is closed, or another attempt has begun meanwhile.
 */
export type Ending = 'finish' | 'leave' | 'disowned';

/** Who holds a long-running activity. Its heart knows no more of Temporal than this. */
export interface Held {
  /** The same at every attempt of one activity, different between two. */
  readonly activity: string;
  readonly signal: AbortSignal;
  ending(): Ending;
  heartbeat(details: object): void;
  /** Details of the last heartbeat that arrived from an earlier attempt. */
  readonly previous: unknown;
  /** May get smaller meanwhile. */
  readonly clockOffsetSeconds: number;
  /** ISO instant at which the first attempt was ordered. */
  readonly orderedAt: string;
}

const BEAT_MS = 250;

/** Heartbeats while it works, however long a single step takes. */
export async function beating<T>(held: Held, details: () => object, work: () => Promise<T>): Promise<T> {
  held.heartbeat(details());
  const timer = setInterval(() => held.heartbeat(details()), BEAT_MS);
  try {
    return await work();
  } catch (error) {
    // The next attempt goes on from here.
    held.heartbeat(details());
    throw error;
  } finally {
    clearInterval(timer);
  }
}

/** As if it had been asked to end before it began: for one that takes over what another has left. */
export function finishing(held: Held): Held {
  return { ...held, signal: AbortSignal.abort(), ending: () => 'finish' };
}

/** Thrown to hand over to the next attempt, with everything left running. */
export class LeftRunning extends Error {
  override readonly name = 'LeftRunning';
}

/** What no later attempt can mend. */
export class Hopeless extends Error {
  override readonly name = 'Hopeless';
}

const leastOffset = new LeastClockOffset();

export async function heldByTemporal<T>(heart: (held: Held) => Promise<T>): Promise<T> {
  const context = Context.current();
  const { info } = context;
  leastOffset.add(clockOffsetSeconds(info));
  try {
    return await heart({
      activity: `${info.workflowExecution?.runId ?? ''}/${info.activityId}`,
      signal: context.cancellationSignal,
      ending: () => endingOf(context.cancellationDetails),
      heartbeat: (details) => context.heartbeat(details),
      previous: info.heartbeatDetails,
      get clockOffsetSeconds() {
        return leastOffset.seconds;
      },
      orderedAt: new Date(info.scheduledTimestampMs).toISOString(),
    });
  } catch (error) {
    if (error instanceof LeftRunning) throw ApplicationFailure.retryable(error.message, 'LeftRunning');
    if (error instanceof Hopeless) throw ApplicationFailure.nonRetryable(error.message, 'Invalid');
    if (error instanceof z.ZodError) throw ApplicationFailure.nonRetryable(problemsOf(error), 'Invalid');
    throw error;
  }
}

function endingOf(details: ActivityCancellationDetails | undefined): Ending {
  if (details?.cancelRequested) return 'finish';
  return details?.notFound ? 'disowned' : 'leave';
}

function problemsOf(error: z.ZodError): string {
  return error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ');
}
