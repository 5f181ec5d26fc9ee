import type { Command } from 'commander';
import { type Client, type WorkflowExecutionDescription, type WorkflowHandle, WorkflowNotFoundError } from '@temporalio/client';
import { z } from 'zod';
import type { drill } from '../workflows/drill.ts';
import { status } from '../workflows/messages.ts';
import { withTemporal } from './connect.ts';
import { EXIT, UserError } from './errors.ts';
import { follow } from './follow.ts';
import { untilInterrupted } from './interrupt.ts';
import { leave, showResult } from './run.ts';

const objectives = z.object({ rtoSeconds: z.number(), rpoSeconds: z.number(), holdSeconds: z.number() });

export function addStatus(program: Command): void {
  program
    .command('status <run>')
    .description('where a run stands')
    .action((run: string) =>
      withRunning(run, async ({ handle }) => {
        const { phase, steps, waitingFor } = await handle.query(status);
        for (const { name, state, error } of steps) process.stdout.write(`${state.padEnd(8)} ${name}${error === undefined ? '' : `  ${error}`}\n`);
        process.stderr.write(`phase ${phase}${waitingFor ? `, waiting for ${waitingFor.what} on ${waitingFor.step} until ${waitingFor.until}` : ''}\n`);
      }),
    );
  program
    .command('watch <run>')
    .description('follow a run that is under way; Ctrl-C leaves it running')
    .action((run: string) =>
      withRunning(run, async ({ client, handle, memo }) => {
        const result = await follow(client, handle, { objectives: objectives.parse(memo?.['objectives']), signal: untilInterrupted().signal });
        if (!result) {
          leave(run);
          return;
        }
        await showResult(result, false);
        process.exitCode = EXIT[result.verdict];
      }),
    );
}

interface Running {
  readonly client: Client;
  readonly handle: WorkflowHandle<typeof drill>;
  readonly memo: WorkflowExecutionDescription['memo'];
}

/** For what can be asked of a run under way; of another it is said that it is over. */
async function withRunning(run: string, work: (running: Running) => Promise<void>): Promise<void> {
  await withTemporal(async ({ client }) => {
    const handle = client.workflow.getHandle<typeof drill>(run);
    const { status: state, memo } = await describe(handle);
    if (state.name === 'RUNNING') await work({ client, handle, memo });
    else process.stderr.write(`run is over: ${state.name.toLowerCase()}; see npx muster report ${run}\n`);
  });
}

async function describe(handle: WorkflowHandle<typeof drill>): Promise<WorkflowExecutionDescription> {
  try {
    return await handle.describe();
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) throw new UserError(`there is no run ${handle.workflowId}; see npx muster history`);
    throw error;
  }
}
