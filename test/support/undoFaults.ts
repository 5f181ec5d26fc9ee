import type { WorkflowHandle } from '@temporalio/client';
import { defaultPayloadConverter, type Payload } from '@temporalio/common';
import type { Plan } from '../../drills/plan.ts';
import { CLEAN, describeUndo, type RunState, type Undo } from '../../drills/undo.ts';
import type { InputOf } from './fakes/calls.ts';

type Event = NonNullable<Awaited<ReturnType<WorkflowHandle['fetchHistory']>>['events']>[number];

/** What of a run's history tells whether it kept safety rule 3. */
export type Ordered = { readonly state: RunState } | { readonly activity: string; readonly summary: string; readonly input: unknown };

/** How a run broke safety rule 3, by its history; none = it kept it. */
export async function undoFaults(handle: WorkflowHandle, plan: Plan): Promise<string[]> {
  return undoFaultsIn(((await handle.fetchHistory()).events ?? []).flatMap(orderedIn), plan);
}

/** An act that was ordered before its undo was kept, an undo before that of a later act, an undo that is still there at the end. */
export function undoFaultsIn(events: readonly Ordered[], plan: Plan): string[] {
  const faults: string[] = [];
  let state = CLEAN;
  let newestFirst: string[] | undefined;
  for (const event of events) {
    if ('state' in event) state = event.state;
    else if (event.summary.startsWith('undo: ')) {
      newestFirst ??= state.undo.toReversed().map((undo) => `undo: ${describeUndo(undo)}`);
      const at = newestFirst.indexOf(event.summary);
      if (at < 0) faults.push(`"${event.summary}" was not the turn of; left were: ${newestFirst.join(', ')}`);
      // One that could not even be begun is passed by, and stays in the state.
      newestFirst = newestFirst.slice(at + 1);
    } else if (!isRegistered(event, state, plan)) faults.push(`"${event.summary}" was ordered before its undo was registered`);
  }
  return [...faults, ...state.undo.map((undo) => `"${describeUndo(undo)}" is left`)];
}

function orderedIn({ activityTaskScheduledEventAttributes: scheduled, workflowPropertiesModifiedEventAttributes: modified, userMetadata }: Event): Ordered[] {
  const state = modified?.upsertedMemo?.fields?.['state'];
  if (state) return [{ state: valueOf<RunState>(state) }];
  const [input] = scheduled?.input?.payloads ?? [];
  if (!scheduled?.activityType?.name) return [];
  return [
    {
      activity: scheduled.activityType.name,
      summary: userMetadata?.summary ? valueOf<string>(userMetadata.summary) : '',
      input: input ? valueOf(input) : undefined,
    },
  ];
}

/** True also for what changes nothing that needs undoing. */
function isRegistered(
  { activity, input }: { readonly activity: string; readonly input: unknown },
  { undo, routeBefore, writer }: RunState,
  { from, steps, mode }: Plan,
): boolean {
  const has = (test: (each: Undo) => boolean) => undo.some(test);
  switch (activity) {
    case 'ensureReady': {
      const { site, id } = input as InputOf<'ensureReady'>;
      return has((each) => each.do === 'remove' && each.site === site && JSON.stringify(each.id) === JSON.stringify(id));
    }
    case 'setPower': {
      const { site, ref, to } = input as InputOf<'setPower'>;
      return site !== from.site || to === 'running' || has((each) => each.do === 'power' && JSON.stringify(each.ref) === JSON.stringify(ref));
    }
    case 'switchRoute': {
      const { route } = input as InputOf<'switchRoute'>;
      return mode === 'isolated' ? has((each) => each.do === 'route' && each.route === route) : routeBefore !== undefined && writer === 'target';
    }
    case 'runScript': {
      const { name, env } = input as InputOf<'runScript'>;
      const own = steps.find((step) => step.name === name && env['MUSTER_STEP'] === name && step.script?.undo);
      return !own || has((each) => each.do === 'script' && each.name === name);
    }
    default:
      return true;
  }
}

function valueOf<T>(payload: Payload): T {
  return defaultPayloadConverter.fromPayload<T>(payload);
}
