import { WorkflowNotFoundError, WorkflowUpdateFailedError, type WorkflowHandle } from '@temporalio/client';
import type { Command } from 'commander';
import type { drill } from '../workflows/drill.ts';
import { abort, approve, reject, retry, skip } from '../workflows/messages.ts';
import { withTemporal } from './connect.ts';
import { UserError } from './errors.ts';
import { whoAmI } from './whoAmI.ts';

interface Options {
  readonly as: string;
  readonly reason?: string;
  readonly step?: string;
}

type Handle = WorkflowHandle<typeof drill>;
type Ask = (handle: Handle, options: Options) => Promise<string>;

const reasoned = ({ as: by, reason }: Options) => ({ by, reason: reason ?? '' });
const named = ({ as: by, reason }: Options) => ({ by, ...(reason === undefined ? {} : { reason }) });

const VERBS: Readonly<Record<string, { readonly does: string; readonly step?: true; readonly ask: Ask }>> = {
  approve: { does: 'agree as a second person', ask: (handle, options) => handle.executeUpdate(approve, { args: [named(options)] }) },
  reject: { does: 'refuse; the run undoes what it did', ask: (handle, options) => handle.executeUpdate(reject, { args: [reasoned(options)] }) },
  abort: { does: 'leave the script; undo and clean-up run', ask: (handle, options) => handle.executeUpdate(abort, { args: [reasoned(options)] }) },
  retry: {
    does: 'try a failed step again',
    step: true,
    ask: (handle, options) => handle.executeUpdate(retry, { args: [{ ...named(options), step: options.step ?? '' }] }),
  },
  skip: {
    does: 'go on without a failed step, as a deviation',
    step: true,
    ask: (handle, options) => handle.executeUpdate(skip, { args: [{ ...reasoned(options), step: options.step ?? '' }] }),
  },
};

/** What a person may tell a run while it runs. The run decides; it refuses what cannot be. */
export function addOperate(program: Command): void {
  for (const [verb, { does, step, ask }] of Object.entries(VERBS)) {
    const command = program.command(`${verb} <run>`).description(does).option('--as <who>', 'who you are', whoAmI()).option('--reason <text>', 'why');
    if (step) command.requiredOption('--step <name>', 'which step');
    command.action(async (run: string, options: Options) => {
      await withTemporal(async ({ client }) => {
        process.stderr.write(`${await told(run, ask(client.workflow.getHandle<typeof drill>(run), options))}\n`);
      });
    });
  }
}

async function told(run: string, answer: Promise<string>): Promise<string> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) throw new UserError(`${run}: the run is over, or there is none of this name; see npx muster history`);
    if (error instanceof WorkflowUpdateFailedError) throw new UserError(`${run}: ${error.cause?.message ?? error.message}`);
    throw error;
  }
}
