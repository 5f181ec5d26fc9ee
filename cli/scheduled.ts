import type { ScheduleOptions, ScheduleOptionsStartWorkflowAction } from '@temporalio/client';
import type { Source } from '../drills/load/index.ts';
import { parseOn, sayOn, temporalSpec } from '../drills/schedule.ts';
import type { Drill } from '../drills/schema/drill.ts';
import type { Mode } from '../drills/schema/names.ts';
import type { drill } from '../workflows/drill.ts';
import { UserError } from './errors.ts';
import { planOf, type Project } from './project.ts';
import { startOptions } from './startDrill.ts';

export interface ScheduledDrill {
  readonly drill: string;
  /** In words that the file would be read back from. */
  readonly on: string;
  readonly zone: string;
  readonly mode: Mode;
  readonly definition: string;
  readonly options: ScheduleOptions<ScheduleOptionsStartWorkflowAction<typeof drill>>;
}

/** The same form as the ids of runs on demand: the server adds the time. */
export function scheduleId(name: string): string {
  return `drill/${name}`;
}

/** A drill's `schedule:` as Temporal is given it. Overlap skip: a run under way is never joined by another. */
export function scheduleOptions(project: Project, source: Source<Drill>, as: string): ScheduledDrill {
  const { drill: name, schedule } = source.value;
  if (!schedule)
    throw new UserError(
      `${source.file}: drill ${name} has no schedule; add one, such as schedule: { on: first Tuesday of the quarter at 09:00, zone: Europe/Dublin }`,
    );
  const spec = parseOn(schedule.on);
  if ('mistake' in spec) throw new UserError(`${source.file}: schedule.on: ${spec.mistake}`);
  const plan = planOf(project, source, { mode: schedule.mode ?? 'mildest', as, trigger: 'schedule' });
  const on = sayOn(spec);
  const { workflowIdReusePolicy: _policy, ...start } = startOptions(plan, new Date());
  return {
    drill: name,
    on,
    zone: schedule.zone,
    mode: plan.mode,
    definition: plan.drill.sha256,
    options: {
      scheduleId: scheduleId(name),
      spec: {
        ...temporalSpec(spec, `${plan.workload} from ${plan.from.site} to ${plan.to.site}, ${plan.mode}: ${on}`),
        timezone: schedule.zone,
        jitter: schedule.jitter * 1000,
      },
      action: { type: 'startWorkflow', workflowType: 'drill', workflowId: scheduleId(name), ...start },
      policies: { overlap: 'SKIP', catchupWindow: schedule.catchUp * 1000, pauseOnFailure: true },
      memo: { drill: name, on, zone: schedule.zone, mode: plan.mode, definition: plan.drill.sha256 },
    },
  };
}
