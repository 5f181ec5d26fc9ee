import type { ErrorCode, Observation } from '../spec.ts';
import type { App, Waiting } from './answers.ts';
import type { Marked } from './labels.ts';
import { endpointsOf, isAtRest, isWell } from './tasks.ts';

/** Marathon waits 2, 4, 8 … seconds after failures: more than this is after three of them, one after the other. */
const OFTEN_SECONDS = 4;

/** What is known of an app's start that is not done: whether it waits for offers, and since when. */
export interface Queued {
  readonly waiting: Waiting | undefined;
  /** Marathon's own time, in milliseconds since the epoch. */
  readonly at: number;
}

/** Undefined `queued`: nobody asked. */
export function observationOf(app: App, { id, replicas }: Marked, queued: Queued | undefined, offersWithin: number): Observation<'workload'> {
  const named = { id, nativeId: app.id };
  if (app.instances !== replicas) return { ...named, phase: 'pending', detail: `somebody scaled it to ${app.instances} of ${replicas} instances` };
  if (isAtRest(app)) return { ...named, phase: 'ready', status: { endpoints: endpointsOf(app) } };
  const failure = queued && failureOf(app, queued, offersWithin);
  return failure ? { ...named, phase: 'failed', ...failure } : { ...named, phase: 'pending', detail: pendingDetail(app, queued) };
}

/** Whether to look into the queue: it is one for all apps. */
export function isLacking({ tasks, instances }: App): boolean {
  return tasks.length < instances;
}

function failureOf(app: App, { waiting, at }: Queued, offersWithin: number): { code: ErrorCode; detail: string } | undefined {
  if (!waiting) return undefined;
  const { delay, since } = waiting;
  if (!delay.overdue && delay.timeLeftSeconds > OFTEN_SECONDS && app.lastTaskFailure)
    return { code: 'Unavailable', detail: `its tasks end again and again: ${failed(app.lastTaskFailure)}` };
  const waited = (at - Date.parse(since ?? '')) / 1000;
  if (!delay.overdue || !(waited > offersWithin)) return undefined;
  return { code: 'Capacity', detail: `${waiting.count} of ${app.instances} instances had no offer that fits for ${Math.round(waited)} s${why(waiting)}` };
}

function pendingDetail(app: App, queued: Queued | undefined): string {
  const well = app.tasks.filter((task) => isWell(app, task)).length;
  const waiting = queued?.waiting ? `, ${queued.waiting.count} wait for offers${why(queued.waiting)}` : '';
  const failure = app.lastTaskFailure ? `; the last that ended: ${failed(app.lastTaskFailure)}` : '';
  return `${well} of ${app.instances} instances run${waiting}${failure}`;
}

/** What most agents lack. */
function why({ processedOffersSummary }: Waiting): string {
  const [most] = (processedOffersSummary?.rejectSummaryLastOffers ?? []).filter(({ declined }) => declined > 0).toSorted((a, b) => b.declined - a.declined);
  return most ? `: ${most.reason} on ${most.declined} agents` : '';
}

function failed({ state, message }: NonNullable<App['lastTaskFailure']>): string {
  return `${state}, ${message}`;
}
