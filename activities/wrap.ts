import { ApplicationFailure, CancelledFailure, Context } from '@temporalio/activity';
import { ProviderError } from '../providers/errors.ts';

const BEAT_MS = 500;

type Activity = (...args: never[]) => Promise<unknown>;

/**
 * Makes every activity heartbeat, so that a killed worker costs a heartbeat time-out and not the whole step, and so that
 * cancellation reaches it. Names provider errors for Temporal: the code becomes the failure's type.
 */
export function heartbeating<T extends { [K in keyof T]: Activity }>(activities: T): T {
  return wrapAll(activities, true);
}

/** For activities that heartbeat with details of their own: only names errors. */
export function namingErrors<T extends { [K in keyof T]: Activity }>(activities: T): T {
  return wrapAll(activities, false);
}

function wrapAll<T extends { [K in keyof T]: Activity }>(activities: T, beats: boolean): T {
  const wrapped = Object.entries<Activity>(activities).map(([name, run]) => [name, (...args: never[]) => around(() => run(...args), beats)]);
  return Object.fromEntries(wrapped) as T;
}

async function around<R>(run: () => Promise<R>, beats: boolean): Promise<R> {
  const context = Context.current();
  if (beats) context.heartbeat();
  const beat = beats ? setInterval(() => context.heartbeat(), BEAT_MS) : undefined;
  try {
    return await run();
  } catch (error) {
    throw named(error, context.cancellationSignal.aborted);
  } finally {
    clearInterval(beat);
  }
}

function named(error: unknown, cancelled: boolean): unknown {
  if (error instanceof Error && error.name === 'AbortError' && cancelled) return new CancelledFailure('cancelled');
  if (!(error instanceof ProviderError)) return error;
  return ApplicationFailure.create({
    type: error.code,
    message: error.message,
    nonRetryable: error.advice !== 'retry',
    ...(error.retryAfterMs === undefined ? {} : { nextRetryDelay: error.retryAfterMs }),
  });
}

/** The signal of the present activity: aborted on cancellation, time-out and worker shutdown. */
export function signal(): AbortSignal {
  return Context.current().cancellationSignal;
}
