import { createInterface } from 'node:readline/promises';
import type { Command } from 'commander';
import { onStderr as pc } from './paint.ts';
import { type Connected, withTemporal } from './connect.ts';
import { UserError } from './errors.ts';
import { drillOf, loadProject } from './project.ts';
import { scheduleOptions, type ScheduledDrill } from './scheduled.ts';
import { describeSchedule, findSchedule, nextRuns, sayWhen } from './scheduleText.ts';
import { whoAmI } from './whoAmI.ts';

/** Drills that run by themselves, on Temporal Schedules. What a schedule runs is frozen when it is made: `create` again takes the file as it is now. */
export function addSchedule(program: Command): void {
  const schedule = program.command('schedule').description('drills that run by themselves: quarters, months, weeks');
  schedule
    .command('create <drill>')
    .description('make or update the schedule of a drill file; the next runs are shown before it is active')
    .option('--yes', 'do not ask')
    .option('--as <who>', 'who asks for the runs', whoAmI())
    .action((file: string, { yes, as }: { yes?: boolean; as: string }) => withTemporal((connected) => create(connected, file, { yes: yes === true, as })));
  schedule
    .command('list')
    .description('all schedules')
    .action(() => withTemporal(list));
  schedule
    .command('show <drill>')
    .description('when it runs next, what it ran, what was skipped or missed, and whether the file has changed since')
    .action((name: string) => withTemporal(async (connected) => write(await describeSchedule(connected.client, name, await definitionOf(name)))));
  verb(schedule, 'pause', 'stop it from running', true, (handle, why) => handle.pause(why));
  verb(schedule, 'resume', 'let it run again', false, (handle, why) => handle.unpause(why));
  verb(schedule, 'trigger', 'run it once now', false, (handle) => handle.trigger('SKIP'));
  verb(schedule, 'delete', 'remove it; its runs stay in the history', false, (handle) => handle.delete());
}

type Handle = ReturnType<Connected['client']['schedule']['getHandle']>;

const DONE: Readonly<Record<string, string>> = { pause: 'paused', resume: 'active', trigger: 'started once', delete: 'deleted; its runs stay in the history' };

function verb(parent: Command, name: string, does: string, needsReason: boolean, act: (handle: Handle, why: string) => Promise<void>): void {
  const command = parent.command(`${name} <drill>`).description(does).option('--as <who>', 'who you are', whoAmI());
  if (needsReason) command.requiredOption('--reason <text>', 'why');
  command.action((drill: string, { as, reason }: { as: string; reason?: string }) =>
    withTemporal(async ({ client }) => {
      const handle = await findSchedule(client, drill);
      await act(handle, `${name === 'pause' ? reason : name} (${as})`);
      process.stderr.write(`${handle.scheduleId}: ${DONE[name]}\n`);
    }),
  );
}

async function create({ client }: Connected, file: string, { yes, as }: { yes: boolean; as: string }): Promise<void> {
  const project = await loadProject(file.endsWith('.yaml') || file.endsWith('.yml') ? file : '.');
  const scheduled = scheduleOptions(project, drillOf(project, file), as);
  const handle = await putPaused(client, scheduled);
  const runs = await nextRuns(handle);
  process.stderr.write(`${pc.bold(scheduled.options.scheduleId)} runs ${sayWhen(scheduled)}, mode ${scheduled.mode}\n`);
  for (const run of runs) process.stderr.write(`  ${run}\n`);
  if (!yes && !(await agreed())) {
    process.stderr.write(`not active: it stays paused; make it active with: npx muster schedule resume ${scheduled.drill}\n`);
    return;
  }
  await handle.unpause(`made active by ${as}`);
  process.stderr.write('active\n');
}

async function putPaused(client: Connected['client'], { options }: ScheduledDrill): Promise<Handle> {
  const paused = { ...options, state: { paused: true, note: 'made, not yet active' } };
  try {
    return await client.schedule.create(paused);
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'ScheduleAlreadyRunning') throw error;
    // Its memo cannot be changed: the definition that it was made of is told by deleting and making it again.
    await client.schedule.getHandle(options.scheduleId).delete();
    return client.schedule.create(paused);
  }
}

async function agreed(): Promise<boolean> {
  if (!process.stdin.isTTY) throw new UserError('not active: nobody can be asked here; say --yes, or resume it later');
  const ask = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await ask.question('Make it active? [y/N] ');
  ask.close();
  return /^y(es)?$/i.test(answer.trim());
}

async function list({ client }: Connected): Promise<void> {
  let any = false;
  for await (const { scheduleId: id, state, info } of client.schedule.list()) {
    any = true;
    const next = info?.nextActionTimes[0]?.toISOString() ?? 'never';
    process.stdout.write(`${id}  ${state?.paused ? `paused: ${state.note ?? ''}` : `next ${next}`}\n`);
  }
  if (!any) process.stderr.write('no schedules; make one with: npx muster schedule create drills/<file>.yaml\n');
}

/** What the file says now, for drift; undefined where there is no project here. */
async function definitionOf(name: string): Promise<ScheduledDrill | undefined> {
  try {
    const project = await loadProject(name.endsWith('.yaml') || name.endsWith('.yml') ? name : '.');
    return scheduleOptions(project, drillOf(project, name), whoAmI());
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

function write(lines: readonly string[]): void {
  process.stdout.write(`${lines.join('\n')}\n`);
}
