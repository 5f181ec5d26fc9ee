import type { WorkflowHandle } from '@temporalio/client';
import { defaultPayloadConverter, type Payload } from '@temporalio/common';
import type { Plan } from '../../drills/plan.ts';
import { CLEAN, describeUndo, type RunState, type Undo } from '../../drills/undo.ts';
import type { InputOf } from './fakes/calls.ts';

type Event = NonNullable<Awaited<ReturnType<WorkflowHandle['fetchHistory']>>['events']>[number];

/**
 * How a run broke safety rule 3, by its history: an act that was ordered before its undo stood in the memo, an undo that
 * was not the newest left, an undo that is still there at the end. None = it kept it.
 */
export async function undoFaults(handle: WorkflowHandle, plan: Plan): Promise<string[]> {
  const faults: string[] = [];
  let state = CLEAN;
  for (const event of (await handle.fetchHistory()).events ?? []) {
    const kept = event.workflowPropertiesModifiedEventAttributes?.upsertedMemo?.fields?.['state'];
    if (kept) state = valueOf<RunState>(kept);
    const ordered = orderedIn(event);
    if (!ordered) continue;
    if (ordered.summary.startsWith('undo: ')) {
      const newest = state.undo.at(-1);
      if (!newest || ordered.summary !== `undo: ${describeUndo(newest)}`)
        faults.push(`"${ordered.summary}" came before "undo: ${newest ? describeUndo(newest) : 'nothing'}"`);
    } else if (!isRegistered(ordered, state, plan)) faults.push(`"${ordered.summary}" was ordered before its undo was registered`);
  }
  return [...faults, ...state.undo.map((undo) => `"${describeUndo(undo)}" is left`)];
}

interface Ordered {
  readonly activity: string;
  readonly summary: string;
  readonly input: unknown;
}

function orderedIn({ activityTaskScheduledEventAttributes: scheduled, userMetadata }: Event): Ordered | undefined {
  const [input] = scheduled?.input?.payloads ?? [];
  if (!scheduled?.activityType?.name) return undefined;
  return {
    activity: scheduled.activityType.name,
    summary: userMetadata?.summary ? valueOf<string>(userMetadata.summary) : '',
    input: input ? valueOf(input) : undefined,
  };
}

/** True also for what changes nothing that needs undoing. */
function isRegistered({ activity, input }: Ordered, { undo, routeBefore, writer }: RunState, { from, steps, mode }: Plan): boolean {
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
