import { resolve } from 'node:path';
import { loadFiles, sayProblem } from '../drills/load/index.ts';
import { findProject, readFiles } from '../drills/load/read.ts';
import type { Muster } from '../drills/schema/muster.ts';
import { schemas } from '../providers/registry.ts';

/** muster.yaml of a project folder. State (sites of this machine, evidence) lies in `.muster` beside it unless said otherwise. Throws RangeError with all problems. */
export async function loadMuster(project: string, state?: string): Promise<{ muster: Muster; folder: string; state: string }> {
  const folder = (await findProject(project)) ?? resolve(project);
  const { files, problems } = await readFiles([folder]);
  const loaded = loadFiles(files, schemas);
  const all = [...problems, ...loaded.problems];
  if (all.length > 0 || !loaded.muster) throw new RangeError(all.map(sayProblem).join('\n'));
  return { muster: loaded.muster.value, folder, state: resolve(state ?? `${folder}/.muster`) };
}
