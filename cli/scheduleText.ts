import { type Client, ScheduleNotFoundError, type ScheduleHandle } from '@temporalio/client';
import { UserError } from './errors.ts';
import { scheduleId, type ScheduledDrill } from './scheduled.ts';

const SHOWN_RUNS = 4;

export async function findSchedule(client: Client, drill: string): Promise<ScheduleHandle> {
  const handle = client.schedule.getHandle(drill.startsWith('drill/') ? drill : scheduleId(drill.replace(/^.*\/|\.ya?ml$/g, '')));
  try {
    await handle.describe();
    return handle;
  } catch (error) {
    if (error instanceof ScheduleNotFoundError) throw new UserError(`there is no schedule ${handle.scheduleId}; see npx muster schedule list`);
    throw error;
  }
}

/** The next runs as the server has them, in the schedule's zone and in UTC. */
export async function nextRuns(handle: ScheduleHandle): Promise<string[]> {
  const { info, spec } = await handle.describe();
  const zone = spec.timezone ?? 'UTC';
  const local = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
  });
  return info.nextActionTimes.slice(0, SHOWN_RUNS).map((at) => `${local.format(at)} ${zone} (${at.toISOString()})`);
}

export function sayWhen({ on, zone }: Pick<ScheduledDrill, 'on' | 'zone'>): string {
  return `${on}, ${zone}`;
}

/** `file` is the drill as its file says it now, for drift; undefined when there is no such file here. */
export async function describeSchedule(client: Client, drill: string, file: ScheduledDrill | undefined): Promise<string[]> {
  const handle = await findSchedule(client, file?.drill ?? drill);
  const { info, state, memo, policies } = await handle.describe();
  const said = (key: string) => String(memo?.[key] ?? 'unknown');
  const runs = await nextRuns(handle);
  return [
    `${handle.scheduleId}: ${said('on')}, ${said('zone')}, mode ${said('mode')}`,
    state.paused
      ? `paused: ${state.note ?? 'no reason given'}`
      : `active${state.note ? ` (${state.note})` : ''}; overlap ${(policies.overlap ?? 'skip').toLowerCase()}, a missed start is made up for within ${Math.round(policies.catchupWindow / 1000)} s`,
    'next:',
    ...(runs.length > 0 ? runs : ['never']).map((run) => `  ${run}`),
    `runs: ${info.numActionsTaken} started, ${info.numActionsSkippedOverlap} skipped because one was under way, ${info.numActionsMissedCatchupWindow} missed`,
    ...info.recentActions
      .toReversed()
      .map(({ takenAt, action }) => `  ${takenAt.toISOString()} ${action.type === 'startWorkflow' ? action.workflow.workflowId : action.type}`),
    ...driftOf(file, { definition: said('definition'), on: said('on'), zone: said('zone'), mode: said('mode') }),
  ];
}

/** A schedule freezes its input: what the file says now runs only after `create`. */
function driftOf(file: ScheduledDrill | undefined, kept: Pick<ScheduledDrill, 'definition' | 'on' | 'zone'> & { readonly mode: string }): string[] {
  if (!file) return ['the drill file is not here: whether it has changed since is unknown'];
  const changed = (['on', 'zone', 'mode'] as const)
    .filter((key) => file[key] !== kept[key])
    .map((key) => `${key} is ${file[key]} in the file, ${kept[key]} in the schedule`);
  if (changed.length === 0 && file.definition === kept.definition) return ['the file is as it was when the schedule was made'];
  const what =
    changed.length > 0 ? changed.join('; ') : `its files have sha256 ${file.definition.slice(0, 12)}, the schedule was made of ${kept.definition.slice(0, 12)}`;
  return [`DRIFT: ${what}; take the file as it is with: npx muster schedule create ${file.drill}`];
}
