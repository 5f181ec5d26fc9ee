import type { Command } from 'commander';
import { MODES, type Mode } from '../drills/schema/names.ts';
import { terminalSummary } from '../drills/report/terminal.ts';
import type { ShortForm } from '../drills/record.ts';
import { withTemporal } from './connect.ts';
import { EXIT, INTERRUPTED, UserError } from './errors.ts';
import { follow } from './follow.ts';
import { untilInterrupted } from './interrupt.ts';
import { onStderr as pc, paint } from './paint.ts';
import { planFromFile } from './project.ts';
import { startDrill } from './startDrill.ts';
import { recordOf } from './summary.ts';

interface Options {
  readonly mode?: Mode;
  readonly detach?: boolean;
  readonly json?: boolean;
  readonly as?: string;
}

export function addRun(program: Command): void {
  program
    .command('run <drill>')
    .description('run a drill and follow it; progress on stderr')
    .option('--mode <mode>', `one of ${MODES.join(', ')}; must be allowed by the drill`, parseMode)
    .option('--detach', 'start it and leave')
    .option('--json', 'put the record, and only it, on stdout')
    .option('--as <who>', 'who asks for it (default: you); a live mode needs another person to approve')
    .action(async (file: string, options: Options) => {
      const plan = await planFromFile(file, options);
      await withTemporal(async ({ client }) => {
        const handle = await startDrill(client, plan);
        process.stderr.write(`${pc.bold(handle.workflowId)}  ${plan.workload}: ${plan.from.site} to ${plan.to.site}, ${plan.mode}\n`);
        if (options.detach) {
          process.stderr.write(comeBack(handle.workflowId));
          return;
        }
        const { signal } = untilInterrupted();
        const result = await follow(client, handle, { objectives: plan.objectives, signal });
        if (!result) {
          leave(handle.workflowId);
          return;
        }
        await showResult(result, options.json === true);
        process.exitCode = EXIT[result.verdict];
      });
    });
}

/** The closing summary on stderr; with `json`, the record and only it on stdout. */
export async function showResult(result: ShortForm, json: boolean, paths: Readonly<Record<string, string>> = {}): Promise<void> {
  const record = await recordOf(result);
  const lines = record
    ? terminalSummary(record, { paths: { report: `${result.evidence}/report.html`, ...paths }, paint })
    : [`${result.verdict}: ${result.reasons.join('; ')}`, `evidence: ${result.evidence} (where the worker runs)`];
  process.stderr.write(`\n${lines.join('\n')}\n`);
  if (json) process.stdout.write(`${JSON.stringify(record ?? result, undefined, 2)}\n`);
}

/** Ctrl-C leaves a run alone. */
export function leave(id: string): void {
  process.stderr.write(`\nThe drill goes on without you.\n${comeBack(id)}`);
  process.exitCode = INTERRUPTED;
}

function comeBack(id: string): string {
  return `  come back:  npx muster watch ${id}\n  abort it:   npx muster abort ${id} --reason '…'\n`;
}

export function parseMode(text: string): Mode {
  const mode = MODES.find((each) => each === text);
  if (!mode) throw new UserError(`there is no mode ${text}; there are ${MODES.join(', ')}`);
  return mode;
}
