import type { Command } from 'commander';
import { MAIN_QUEUE } from '../drills/queues.ts';
import type { sweep } from '../workflows/sweep.ts';
import { tryAgain } from '../workflows/messages.ts';
import { type Connected, withTemporal } from './connect.ts';
import { EXIT } from './errors.ts';

export function addSweep(program: Command): void {
  program
    .command('sweep')
    .description('remove leftovers of closed runs at every site; nothing unmarked, standing, or of an open or unknown run is touched')
    .option('--dry-run', 'only say what would be removed')
    .action(async ({ dryRun }: { dryRun?: boolean }) => {
      await withTemporal(async (connected) => {
        if (!dryRun) await wakeDirtyLocks(connected);
        const swept = await connected.client.workflow.execute<typeof sweep>('sweep', {
          taskQueue: MAIN_QUEUE,
          workflowId: `sweep/${new Date().toISOString()}`,
          args: [{ dryRun: dryRun === true }],
          staticSummary: dryRun ? 'look for leftovers' : 'sweep leftovers of closed runs',
        });
        for (const { site, found, unknown } of swept) {
          if (unknown !== undefined) process.stdout.write(`${site}: unknown: ${unknown}\n`);
          else if (found.length === 0) process.stdout.write(`${site}: no marked resource found at ${new Date().toISOString()}\n`);
          for (const { kind, id, nativeId, verdict } of found)
            process.stdout.write(`${site}: ${kind} ${id.role} (${nativeId}) of ${id.owner.run}: ${verdict}\n`);
        }
        if (swept.some(({ unknown }) => unknown !== undefined)) process.exitCode = EXIT.inconclusive;
      });
    });
}

/** A lock whose run ended dirty looks again now instead of within its minute. */
async function wakeDirtyLocks({ client }: Connected): Promise<void> {
  for await (const { workflowId } of client.workflow.list({ query: `WorkflowType = 'lock' AND ExecutionStatus = 'Running'` }))
    await client.workflow.getHandle(workflowId).signal(tryAgain);
}
