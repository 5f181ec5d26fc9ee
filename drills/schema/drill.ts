import { z } from 'zod';
import { duration } from '../units.ts';
import { MODES, name } from './names.ts';

/** A program and its arguments; a string is a program without arguments. Never a shell line. */
const program = z.union([z.string().min(1), z.array(z.string()).min(1)]);

/** Phases that a custom step may stand after. The rest cannot be moved past. */
export const ANCHORS = ['preflight', 'baseline', 'restore', 'start', 'cutover', 'verify', 'failback'] as const;

const customStep = z.strictObject({
  name,
  after: z.enum(ANCHORS),
  run: program,
  /** What undoes it, run in reverse order on every exit; `none` says that nothing is needed. */
  undo: z.union([z.literal('none'), program]),
  /** `safe` = may run twice after a crash; `never` = a crash in the middle pauses the run for a person. */
  repeat: z.enum(['safe', 'never']),
  timeout: duration.default(300),
  /** Environment names that it may read besides MUSTER_*. */
  reads: z.array(z.string()).default([]),
});

const approval = z.strictObject({
  before: z.enum(['disrupt', 'cutover']).default('disrupt'),
  role: z.string(),
  expires: duration.default(1800),
});

const schedule = z.strictObject({
  /** `first Tuesday of the quarter at 09:00`, `every Monday at 03:00`, or a cron line of five fields. */
  on: z.string(),
  zone: z.string().default('UTC'),
  jitter: duration.default(0),
  /** How late a missed start may still be made up for. */
  catchUp: duration.default(86_400),
  /** Which of the allowed modes is run. */
  mode: z.enum(MODES).optional(),
});

/** drills/*.yaml: a script for one workload from one site to another. */
export const drill = z.strictObject({
  drill: name,
  workload: name,
  from: name,
  to: name,
  modes: z.array(z.enum(MODES)).min(1).default(['rehearse', 'isolated']),
  objectives: z.strictObject({ rto: duration, rpo: duration, hold: duration.default(120) }),
  schedule: schedule.optional(),
  approve: z.union([approval, z.array(approval)]).optional(),
  /** Programs that must succeed before anything is touched; they get MUSTER_DRILL, MUSTER_FROM, MUSTER_TO. */
  guards: z.array(z.strictObject({ name, run: program, timeout: duration.default(60) })).default([]),
  steps: z.array(customStep).default([]),
  verify: z.array(z.strictObject({ name, run: program, timeout: duration.default(120), reads: z.array(z.string()).default([]) })).default([]),
  vantages: z.array(name).optional(),
  /** Why `isolated` may run where isolation cannot be enforced. A finding. */
  unfenced: z.string().min(10, { error: 'a reason of at least ten letters' }).optional(),
  /** The source is gone already: it is not called at all. */
  declaredLost: z.strictObject({ by: z.string(), how: z.string() }).optional(),
  /** How long the service may take to come back before the run gives up waiting; default three times the RTO. */
  deadline: duration.optional(),
  /** How long a failed step waits for retry, skip or abort before the run aborts itself. */
  patience: duration.default(1800),
  /** The run's own time limit: it then undoes and cleans up. */
  limit: duration.default(14_400),
});
export type Drill = z.infer<typeof drill>;
export type CustomStep = Drill['steps'][number];
export type Approval = z.infer<typeof approval>;
export type ScheduleEntry = z.infer<typeof schedule>;
