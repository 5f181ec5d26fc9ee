import type { WorkflowHandle } from '@temporalio/client';
import { defaultPayloadConverter, type Payload } from '@temporalio/common';

type Event = NonNullable<Awaited<ReturnType<WorkflowHandle['fetchHistory']>>['events']>[number];

/** One activity that a run really used. */
export interface Used {
  readonly activity: string;
  readonly summary: string;
  /** Which of its type, in the order of scheduling. */
  readonly nth: number;
  /** From start to completion. */
  readonly seconds: number;
}

export interface Seen {
  readonly used: readonly Used[];
  readonly phases: readonly string[];
}

/** What a run was, by the server's own account. */
export async function seenIn(handle: WorkflowHandle): Promise<Seen> {
  const events = (await handle.fetchHistory()).events ?? [];
  if (events.some((each) => each.markerRecordedEventAttributes?.markerName === 'core_local_activity'))
    throw new Error('the drill uses local activities: the crash loop must learn of them');
  return { used: usedIn(events), phases: phasesIn(events) };
}

function usedIn(events: readonly Event[]): Used[] {
  const counts = new Map<string, number>();
  return events.flatMap((event) => {
    const activity = event.activityTaskScheduledEventAttributes?.activityType?.name;
    if (!activity) return [];
    const nth = (counts.get(activity) ?? 0) + 1;
    counts.set(activity, nth);
    const about = (attributes: { scheduledEventId?: unknown } | null | undefined) =>
      attributes && String(attributes.scheduledEventId) === String(event.eventId);
    const started = events.find((each) => about(each.activityTaskStartedEventAttributes));
    const ended = events.find((each) => about(each.activityTaskCompletedEventAttributes) || about(each.activityTaskFailedEventAttributes));
    return [{ activity, nth, summary: textOf(event.userMetadata?.summary), seconds: started && ended ? (msOf(ended) - msOf(started)) / 1000 : 0 }];
  });
}

function phasesIn(events: readonly Event[]): string[] {
  const phases = events.map((each) => textOf(each.upsertWorkflowSearchAttributesEventAttributes?.searchAttributes?.indexedFields?.['DrillPhase']));
  return [...new Set(phases.filter((phase) => phase !== ''))];
}

function textOf(payload: Payload | null | undefined): string {
  return payload ? defaultPayloadConverter.fromPayload<string>(payload) : '';
}

function msOf({ eventTime }: Event): number {
  return Number(eventTime?.seconds ?? 0) * 1000 + (eventTime?.nanos ?? 0) / 1e6;
}
