import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isAlive, type ProcessIdentity } from '../../../providers/processes.ts';
import { readPid } from '../../../activities/outside/pidFile.ts';
import { parseSample, type Sample } from '../../../activities/outside/lines.ts';
import { until } from './heldByTest.ts';

/** The process that writes `name`, once it has said who it is. */
export async function processOf(folder: string, name: string): Promise<ProcessIdentity> {
  let found: ProcessIdentity | undefined;
  await until(async () => {
    found = readPid(join(folder, 'processes', `${name}.pid`));
    return found !== undefined && (await isAlive(found));
  });
  return found!;
}

/** What has been written so far. */
export function samplesIn(folder: string, name = 'probe-here-http'): Sample[] {
  return readLines(folder, name)
    .map((line) => parseSample(line))
    .filter((line): line is Sample => line !== undefined && 'i' in line);
}

export function readLines(folder: string, name: string): string[] {
  try {
    return readFileSync(join(folder, `${name}.jsonl`), 'utf8')
      .split('\n')
      .filter((line) => line !== '');
  } catch {
    return [];
  }
}
