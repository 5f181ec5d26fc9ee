import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { type History, historyToJSON } from '@temporalio/common/lib/proto-utils.js';

const FOLDER = join(import.meta.dirname, 'histories');
const ENDING = '.json.gz';

/** A worker's name and its own task queue: `<pid>@<host>…`. */
const WORKER = /^\d+@.+$/;

/** Keeps a history as JSON, packed. Gives its size. */
export async function keepHistory(name: string, history: History): Promise<number> {
  const text = JSON.stringify(JSON.parse(historyToJSON(history)), withoutMachine);
  const packed = gzipSync(text, { level: 9 });
  await mkdir(FOLDER, { recursive: true });
  await writeFile(join(FOLDER, `${name}${ENDING}`), packed);
  return packed.length;
}

/** The machine that recorded it has no part in a replay. */
function withoutMachine(key: string, value: unknown): unknown {
  if (key === 'stackTrace') return '';
  return typeof value === 'string' && WORKER.test(value) ? 'recorder' : value;
}

export async function recordedNames(): Promise<string[]> {
  return (await readdir(FOLDER)).filter((file) => file.endsWith(ENDING)).map((file) => file.slice(0, -ENDING.length));
}

export async function readHistory(name: string): Promise<unknown> {
  return JSON.parse(gunzipSync(await readFile(join(FOLDER, `${name}${ENDING}`))).toString('utf8'));
}
