import { createHash } from 'node:crypto';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeRecord, shortForm, type ShortForm } from '../drills/record.ts';
import { htmlReport } from '../drills/report/html.ts';
import { markdownReport } from '../drills/report/markdown.ts';
import type { Activities, EvidenceInput } from './contract.ts';
import type { Deps } from './deps.ts';

export const evidenceActivities = (deps: Deps): Pick<Activities, 'writeEvidence'> => ({
  async writeEvidence(input: EvidenceInput): Promise<ShortForm> {
    const folder = deps.runFolder(input.run.workflowId);
    await mkdir(folder, { recursive: true });
    const record = makeRecord(input.plan, input.run, input.entries, input.startedAt);
    const files: Record<string, string> = {
      'plan.json': json(input.plan),
      'journal.json': json(input.entries),
      'record.json': json(record),
      'report.md': markdownReport(record, input.entries),
      'report.html': htmlReport(record, input.entries),
    };
    for (const [name, text] of Object.entries(files)) await writeWhole(join(folder, name), text);
    const sums = Object.entries(files).map(([name, text]) => `${createHash('sha256').update(text).digest('hex')}  ${name}\n`);
    await writeWhole(join(folder, 'SHA256SUMS'), sums.join(''));
    return shortForm(record, folder);
  },
});

const json = (value: unknown) => `${JSON.stringify(value, undefined, 2)}\n`;

async function writeWhole(path: string, text: string): Promise<void> {
  await writeFile(`${path}.part`, text);
  await rename(`${path}.part`, path);
}
