import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command } from 'commander';
import { z } from 'zod';
import { WorkflowNotFoundError } from '@temporalio/client';
import { type Connected, withTemporal } from './connect.ts';
import { UserError } from './errors.ts';

const result = z.looseObject({ verdict: z.string(), evidence: z.string() });

export function addReport(program: Command): void {
  program
    .command('report <run>')
    .description('the report of a run that is over, as Markdown on stdout; the HTML page lies beside it')
    .option('--json', 'the record instead')
    .action(async (run: string, { json }: { json?: boolean }) => {
      await withTemporal(async (connected) => {
        const { evidence } = await resultOf(connected, run);
        process.stdout.write(await evidenceFile(evidence, json ? 'record.json' : 'report.md'));
        process.stderr.write(`page: ${join(evidence, 'report.html')}\n`);
      });
    });
}

/** From the memo: a closed run is never asked by query, that would replay old history on today's code. */
export async function resultOf({ client }: Connected, run: string): Promise<z.infer<typeof result>> {
  try {
    const { memo, status } = await client.workflow.getHandle(run).describe();
    const parsed = result.safeParse(memo?.['result']);
    if (parsed.success) return parsed.data;
    throw new UserError(
      status.name === 'RUNNING' ? `${run} is still running; see npx muster watch ${run}` : `${run} ended without a record: ${status.name.toLowerCase()}`,
    );
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) throw new UserError(`there is no run ${run}; see npx muster history`);
    throw error;
  }
}

export async function evidenceFile(folder: string, name: string): Promise<string> {
  try {
    return await readFile(join(folder, name), 'utf8');
  } catch {
    throw new UserError(`${join(folder, name)} is not readable here: evidence lies where the worker ran; fetch the folder from there`);
  }
}
