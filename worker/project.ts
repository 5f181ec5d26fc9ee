import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parse } from 'yaml';
import { muster as schema, type Muster } from '../drills/schema/muster.ts';

/** muster.yaml of a project folder. State (sites of this machine, evidence) lies in `.muster` beside it unless said otherwise. */
export async function loadMuster(project: string, state?: string): Promise<{ muster: Muster; folder: string; state: string }> {
  const folder = resolve(project);
  const muster = schema.parse(parse(await readFile(join(folder, 'muster.yaml'), 'utf8')));
  return { muster, folder, state: resolve(state ?? join(folder, '.muster')) };
}
