import type { Command } from 'commander';
import { drillRecord } from '../drills/record.ts';
import { withTemporal } from './connect.ts';
import { evidenceFile, resultOf } from './report.ts';

export function addGaps(program: Command): void {
  program
    .command('gaps')
    .description("reasons why workloads are tied to a vendor, from each drill's newest record")
    .option('--drill <name>', 'only this drill')
    .option('--json', 'as JSON on stdout')
    .action(async ({ drill, json }: { drill?: string; json?: boolean }) => {
      await withTemporal(async (connected) => {
        const newest = new Map<string, string>();
        for await (const { workflowId, memo } of connected.client.workflow.list({ query: "WorkflowType = 'drill' AND ExecutionStatus = 'Completed'" })) {
          const name = String(memo?.['drill']);
          if (!newest.has(name) && (drill === undefined || drill === name)) newest.set(name, workflowId);
        }
        const found = [];
        for (const [name, run] of newest) {
          const { evidence } = await resultOf(connected, run);
          const { gaps } = drillRecord.parse(JSON.parse(await evidenceFile(evidence, 'record.json')));
          found.push({ drill: name, run, gaps });
        }
        if (json) {
          process.stdout.write(`${JSON.stringify(found, undefined, 2)}\n`);
          return;
        }
        if (found.length === 0) process.stdout.write('no drill has been concluded yet; static gaps: npx muster plan <drill>\n');
        for (const { drill: name, run, gaps } of found) {
          process.stdout.write(`${name}  (${run})\n`);
          for (const { id, severity, confidence, title, evidence, remediation } of gaps) {
            process.stdout.write(
              `  ${severity} ${id} ${title} (${confidence})\n${evidence.map(({ ref, shows }) => `       ${ref}: ${shows}\n`).join('')}     > ${remediation}\n`,
            );
          }
        }
      });
    });
}
