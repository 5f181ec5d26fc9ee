import type { Command } from 'commander';
import { type WorkflowExecutionDescription, type WorkflowHandle, WorkflowNotFoundError } from '@temporalio/client';
import { z } from 'zod';
import type { drill } from '../workflows/drill.ts';
import { status } from '../workflows/messages.ts';
import { connect } from './connect.ts';
import { EXIT, UserError } from './errors.ts';
import { follow } from './follow.ts';
import { untilInterrupted } from './interrupt.ts';
import { leave, showResult } from './run.ts';

const objectives = z.object({ rtoSeconds: z.number(), rpoSeconds: z.number(), holdSeconds: z.number() });

export function addStatus(program: Command): void {
  program
    .command('status <run>')
    .description('where a run stands')
    .action(async (run: string) => {
      const { client, close } = await connect();
      try {
        const handle = client.workflow.getHandle<typeof drill>(run);
        const description = await describe(handle);
        if (description.status.name !== 'RUNNING') {
          process.stderr.write(`run is over: ${description.status.name.toLowerCase()}; see npx muster report ${run}\n`);
          return;
        }
        const { phase, steps, waitingFor } = await handle.query(status);
        for (const { name, state, error } of steps) process.stdout.write(`${state.padEnd(8)} ${name}${error === undefined ? '' : `  ${error}`}\n`);
        process.stderr.write(`phase ${phase}${waitingFor ? `, waiting for ${waitingFor.what} on ${waitingFor.step} until ${waitingFor.until}` : ''}\n`);
      } finally {
        await close();
      }
    });
  program
    .command('watch <run>')
    .description('follow a run that is under way; Ctrl-C leaves it running')
    .action(async (run: string) => {
      const { client, close } = await connect();
      try {
        const handle = client.workflow.getHandle<typeof drill>(run);
        const description = await describe(handle);
        if (description.status.name !== 'RUNNING') {
          process.stderr.write(`run is over: ${description.status.name.toLowerCase()}; see npx muster report ${run}\n`);
          return;
        }
        const result = await follow(client, handle, {
          objectives: objectives.parse(description.memo?.['objectives']),
          workflowId: run,
          signal: untilInterrupted().signal,
        });
        if (!result) {
          leave(run);
          return;
        }
        await showResult(result, false);
        process.exitCode = EXIT[result.verdict];
      } finally {
        await close();
      }
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
