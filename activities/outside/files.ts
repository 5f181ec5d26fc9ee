import { createHash } from 'node:crypto';
import { join } from 'node:path';

export interface OutsideFiles {
  /** Name of the file of lines in the run's folder: what summaries tell. */
  readonly name: string;
  readonly lines: string;
  readonly pid: string;
  readonly keepAlive: string;
  readonly config: string;
  readonly log: string;
}

/** The files of one outside process of a run, under the run's folder on this vantage. */
export function outsideFiles(folder: string, kind: 'probe' | 'canary', ...names: readonly string[]): OutsideFiles {
  const stem = [kind, ...names.map(safe)].join('-');
  const beside = (extension: string): string => join(folder, 'processes', `${stem}.${extension}`);
  const name = `${stem}.jsonl`;
  return { name, lines: join(folder, name), pid: beside('pid'), keepAlive: beside('alive'), config: beside('config.json'), log: beside('log') };
}

/** Two names never become one. */
function safe(name: string): string {
  const plain = name.replaceAll(/[^A-Za-z0-9_.]/g, '_');
  return plain === name ? name : `${plain.slice(0, 60)}~${createHash('sha256').update(name).digest('hex').slice(0, 6)}`;
}
