import type { WorkflowExecutionInfo } from '@temporalio/client';
import Table from 'cli-table3';
import type { Command } from 'commander';
import { z } from 'zod';
import { quarterOf } from '../drills/attributes.ts';
import { type Connected, withTemporal } from './connect.ts';
import { savedViews } from './savedViews.ts';

const short = z.looseObject({
  verdict: z.string(),
  mode: z.string(),
  rtaSeconds: z.number().optional(),
  rehearsedRtaSeconds: z.number().optional(),
  rpaSeconds: z.number().optional(),
  leftovers: z.union([z.number(), z.string()]).optional(),
  gaps: z.array(z.string()).optional(),
  environment: z.string().optional(),
});

interface Options {
  readonly drill?: string;
  readonly limit: string;
  readonly ui: string;
  readonly json?: boolean;
}

export function addHistory(program: Command): void {
  program
    .command('history')
    .description('drills that ran, newest first, and links that save views in the Temporal UI')
    .option('--drill <name>', 'only this drill')
    .option('--limit <n>', 'how many', '20')
    .option('--ui <url>', 'address of the Temporal UI, for the links', 'http://127.0.0.1:8233')
    .option('--json', 'rows on stdout as JSON')
    .action(async (options: Options) => {
      await withTemporal(async (connected) => {
        const rows = await rowsOf(connected, options);
        if (options.json) process.stdout.write(`${JSON.stringify(rows, undefined, 2)}\n`);
        else await print(connected, rows, options.ui);
      });
    });
}

interface Row {
  readonly run: string;
  readonly trigger: string;
  readonly startedAt: string;
  readonly verdict: string;
  readonly mode?: string;
  readonly rtaSeconds?: number;
  readonly rpaSeconds?: number;
  readonly leftovers?: number | string;
  readonly gaps?: number;
  readonly environment?: string;
}

async function rowsOf({ client }: Connected, { drill, limit }: Options): Promise<Row[]> {
  const rows: Row[] = [];
  const query = `WorkflowType = 'drill'${drill === undefined ? '' : ` AND Drill = '${drill.replaceAll("'", '')}'`}`;
  for await (const found of client.workflow.list({ query })) {
    rows.push(rowOf(found));
    if (rows.length >= Number(limit)) break;
  }
  return rows;
}

function rowOf({ workflowId, startTime, status, memo }: WorkflowExecutionInfo): Row {
  const result = short.safeParse(memo?.['result']);
  const base = { run: workflowId, trigger: String(memo?.['trigger'] ?? 'on demand'), startedAt: startTime.toISOString() };
  if (!result.success) return { ...base, verdict: status.name === 'RUNNING' ? 'running' : status.name.toLowerCase() };
  const { verdict, mode, rtaSeconds, rehearsedRtaSeconds, rpaSeconds, leftovers, gaps, environment } = result.data;
  const rta = rtaSeconds ?? rehearsedRtaSeconds;
  return {
    ...base,
    verdict,
    mode,
    ...(rta === undefined ? {} : { rtaSeconds: rta }),
    ...(rpaSeconds === undefined ? {} : { rpaSeconds }),
    ...(leftovers === undefined ? {} : { leftovers }),
    ...(gaps ? { gaps: gaps.length } : {}),
    ...(environment === undefined ? {} : { environment }),
  };
}

async function print({ client, namespace }: Connected, rows: readonly Row[], ui: string): Promise<void> {
  const table = new Table({
    head: ['run', 'started', 'by', 'mode', 'verdict', 'RTA s', 'RPA s', 'left', 'gaps'],
    style: { head: [], border: [], compact: true },
  });
  const figure = (value: number | undefined) => (value === undefined ? '' : value.toFixed(1));
  for (const row of rows) {
    table.push([
      row.run,
      row.startedAt.slice(0, 19),
      row.trigger,
      row.mode ?? '',
      `${row.verdict}${row.environment === 'emulated' ? ' (emulated)' : ''}`,
      figure(row.rtaSeconds),
      figure(row.rpaSeconds),
      String(row.leftovers ?? ''),
      String(row.gaps ?? ''),
    ]);
  }
  process.stdout.write(`${rows.length > 0 ? table.toString() : 'no drill has run yet'}\n`);
  for await (const { scheduleId } of client.schedule.list()) {
    const { info } = await client.schedule.getHandle(scheduleId).describe();
    process.stdout.write(
      `schedule ${scheduleId}: ${info.numActionsTaken} started, ${info.numActionsSkippedOverlap} skipped because one was under way, ${info.numActionsMissedCatchupWindow} missed\n`,
    );
  }
  process.stdout.write('\nOpen a link once and the Temporal UI keeps it as a saved view:\n');
  for (const { name, url } of savedViews(ui, namespace, quarterOf(new Date()))) process.stdout.write(`  ${name.padEnd(20)} ${url}\n`);
}
