import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { drillRecord, type DrillRecord, type ShortForm } from '../drills/record.ts';

/** The whole record of a run, where its evidence is readable from here; undefined otherwise. */
export async function recordOf({ evidence }: ShortForm): Promise<DrillRecord | undefined> {
  const text = await readFile(join(evidence, 'record.json'), 'utf8').catch(() => undefined);
  return text === undefined ? undefined : drillRecord.parse(JSON.parse(text));
}
