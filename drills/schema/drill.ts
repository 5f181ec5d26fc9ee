import { z } from 'zod';
import { duration } from '../units.ts';
import { MODES, envName, name, program, words } from './names.ts';

/** Phases that a custom step may stand after. The rest cannot be moved past. */
export const ANCHORS = ['preflight', 'baseline', 'restore', 'start', 'cutover', 'verify', 'failback'] as const;

const customStep = z.strictObject({
  name: name.describe('Name of the step, unlike that of any fixed step.'),
  after: z.enum(ANCHORS).describe('The phase that it stands after: preflight, baseline, restore, start, cutover, verify or failback.'),
  run: program.describe('A program and its arguments, run by the worker in the folder of muster.yaml. Never a shell line.'),
  undo: z
    .union([z.literal('none'), program])
    .describe('What undoes it, run in reverse order on every exit; `none` says that nothing is needed (safety rule 3).'),
  repeat: z.enum(['safe', 'never']).describe('`safe`: may run twice after a crash. `never`: a crash in the middle pauses the run for a person.'),
  timeout: duration.default(300).describe('How long it may take.'),
  reads: z.array(envName).default([]).describe('Environment names that it may read besides `MUSTER_*`.'),
});

const approval = z.strictObject({
  before: z.enum(['disrupt', 'cutover']).default('disrupt').describe('The step that waits for it. Live modes need one before `disrupt`.'),
  role: name.describe('Who may give it: a role of muster.yaml.'),
  expires: duration.default(1800).describe('How long it is waited for.'),
});

const schedule = z.strictObject({
  on: words.describe('When: `first Tuesday of the quarter at 09:00`, `every Monday at 03:00`, or a cron line of five fields.'),
  zone: words.default('UTC').describe('Time zone, such as `Europe/Dublin`.'),
  jitter: duration.default(0).describe('The start is put off by a random time of at most this.'),
  catchUp: duration.default(86_400).describe('How late a missed start may still be made up for; at least `10s`.'),
  mode: z.enum(MODES).optional().describe('Which of the allowed modes is run. Default: the mildest of `modes`.'),
});

const guard = z.strictObject({
  name: name.describe('Name of the guard.'),
  run: program.describe('A program and its arguments; it must end with 0.'),
  timeout: duration.default(60).describe('How long it may take.'),
});

const verification = z.strictObject({
  name: name.describe('Name of the check, unlike that of any step.'),
  run: program.describe('A program and its arguments; it gets MUSTER_URL and must end with 0.'),
  timeout: duration.default(120).describe('How long it may take.'),
  reads: z.array(envName).default([]).describe('Environment names that it may read besides `MUSTER_*`.'),
});

const objectives = z.strictObject({
  rto: duration.describe('How long the service may be gone at most, such as `30m`.'),
  rpo: duration.describe('How much of the newest data may be lost at most, such as `5m`; `0s` for none.'),
  hold: duration.default(120).describe('How long the service must stay up without a failure to count as recovered.'),
});

const declaredLost = z.strictObject({
  by: words.describe('Who says so.'),
  how: words.describe('How they know.'),
});

/** drills/*.yaml: a script for one workload from one site to another. */
export const drill = z
  .strictObject({
    drill: name.describe('Name of the drill.'),
    workload: name.describe('The workload that is moved, by its name.'),
    from: name.describe('The site that it runs at.'),
    to: name.describe('The site that it is moved to.'),
    modes: z
      .array(z.enum(MODES))
      .min(1)
      .default(['rehearse', 'isolated'])
      .describe('What may be run: `rehearse`, `isolated`, and, named here only, the live modes `planned` and `unplanned`.'),
    objectives: objectives.describe('The targets: rto, rpo and hold.'),
    schedule: schedule.optional().describe('When it runs by itself.'),
    approve: z
      .union([approval, z.array(approval)])
      .optional()
      .describe('Who must say yes before a step. Live modes need it.'),
    guards: z.array(guard).default([]).describe('Programs that must succeed before anything is touched; they get MUSTER_DRILL, MUSTER_FROM and MUSTER_TO.'),
    steps: z.array(customStep).default([]).describe('Steps of your own around the fixed ones.'),
    verify: z.array(verification).default([]).describe('Programs that tell whether the recovered service does its work.'),
    vantages: z.array(name).min(1).optional().describe('From where it is probed. Default: all of muster.yaml.'),
    unfenced: z
      .string()
      .regex(/\S(?:.*\S){9}/s, { error: 'a reason of at least ten letters' })
      .optional()
      .describe('Why `isolated` may run where isolation cannot be enforced. It becomes a finding.'),
    declaredLost: declaredLost.optional().describe('The source is gone already: it is not called at all.'),
    deadline: duration
      .optional()
      .describe('How long the service may take to come back before the run gives up waiting. Default: three times the RTO, at least `30s`.'),
    patience: duration.default(1800).describe('How long a failed step waits for retry, skip or abort before the run aborts itself.'),
    limit: duration.default(14_400).describe("The run's own time limit: it then undoes and cleans up."),
  })
  .describe('drills/*.yaml: a script for one workload from one site to another.');
export type Drill = z.infer<typeof drill>;
export type CustomStep = Drill['steps'][number];
export type Approval = z.infer<typeof approval>;
