import { dirname, relative, resolve } from 'node:path';
import { checkMode, type Loaded, loadFiles, type Problem, sayProblem, type Source } from '../drills/load/index.ts';
import { findProject, readFiles } from '../drills/load/read.ts';
import { makePlan, PlanError } from '../drills/makePlan.ts';
import type { Plan } from '../drills/plan.ts';
import type { Drill } from '../drills/schema/drill.ts';
import type { Muster } from '../drills/schema/muster.ts';
import { type Mode, MODES } from '../drills/schema/names.ts';
import type { Workload } from '../drills/schema/workload.ts';
import { capabilitiesOf, schemas } from '../providers/registry.ts';
import { FileProblems, UserError } from './errors.ts';
import { whoAmI } from './whoAmI.ts';

export interface Project {
  readonly folder: string;
  readonly muster: Muster;
  readonly loaded: Loaded;
}

/** The whole project that a file or folder belongs to. UserError with every problem of all its files at once. */
export async function loadProject(start: string): Promise<Project> {
  const folder = (await findProject(start)) ?? (await findProject(dirname(resolve(start))));
  if (!folder) throw new UserError(`no muster.yaml in ${resolve(start)} or above it; begin with one, as in drills/examples/orders`);
  const { loaded, problems } = await load([folder, start]);
  if (problems.length > 0 || !loaded.muster) throw new FileProblems(complain(problems));
  return { folder, muster: loaded.muster.value, loaded };
}

export async function load(paths: readonly string[]): Promise<{ loaded: Loaded; problems: readonly Problem[] }> {
  const { files, problems } = await readFiles(paths);
  const loaded = loadFiles(files, schemas);
  return { loaded, problems: [...problems, ...loaded.problems] };
}

export function complain(problems: readonly Problem[]): string {
  return [...problems.map(sayProblem), `${problems.length === 1 ? '1 problem' : `${problems.length} problems`}; nothing was touched`].join('\n');
}

interface Wanted {
  readonly mode?: Mode;
  readonly as?: string;
  readonly trigger?: Plan['trigger'];
}

/** `file` is a drill file, or the name of a drill of the project in this folder. The mode is the one given, else the mildest that the drill allows. */
export async function planFromFile(file: string, { mode, as = whoAmI(), trigger = 'on demand' }: Wanted): Promise<Plan> {
  const project = await loadProject(file.endsWith('.yaml') || file.endsWith('.yml') ? file : '.');
  return planOf(project, drillOf(project, file), { mode: mode ?? 'mildest', as, trigger });
}

export function drillOf({ loaded }: Project, file: string): Source<Drill> {
  const drills = [...loaded.drills.values()];
  const found = drills.find((each) => each.file === shown(file)) ?? loaded.drills.get(file);
  if (!found) throw new UserError(`${file} holds no drill; there are ${drills.map((each) => each.value.drill).join(', ') || 'none'}`);
  return found;
}

export function planOf(
  { muster, loaded }: Project,
  source: Source<Drill>,
  { mode, as, trigger }: { mode: Mode | 'mildest'; as: string; trigger: Plan['trigger'] },
): Plan {
  const drill = source.value;
  const chosen = mode === 'mildest' ? MODES.find((each) => drill.modes.includes(each)) : mode;
  const problem = checkMode(source, chosen ?? '');
  if (problem) throw new FileProblems(complain([problem]));
  const workload = loaded.workloads.get(drill.workload)?.value;
  if (!workload || !chosen) throw new UserError(`drill ${drill.drill}: there is no workload ${drill.workload}`);
  try {
    return makePlan({
      muster,
      workload,
      drill,
      mode: chosen,
      requestedBy: as,
      trigger,
      capabilities: (site) => capabilitiesOf(entryOf(muster, site)),
      sharedHost: sharedHost(muster, drill),
    });
  } catch (error) {
    throw error instanceof PlanError ? new UserError(`${source.file}: ${error.message}`) : error;
  }
}

export async function workloadFromFile(file: string, site: string): Promise<{ muster: Muster; workload: Workload }> {
  const { muster, loaded } = await loadProject(file.endsWith('.yaml') || file.endsWith('.yml') ? file : '.');
  const workloads = [...loaded.workloads.values()];
  const found = workloads.find((each) => each.file === shown(file)) ?? loaded.workloads.get(file);
  if (!found) throw new UserError(`${file} holds no workload; there are ${workloads.map((each) => each.value.workload).join(', ') || 'none'}`);
  entryOf(muster, site);
  return { muster, workload: found.value };
}

function entryOf(muster: Muster, site: string): Muster['sites'][string] {
  const entry = muster.sites[site];
  if (!entry) throw new UserError(`there is no site ${site}; there are ${Object.keys(muster.sites).join(', ')}`);
  return entry;
}

/** Two sites behind one address are one host, whatever they are called. */
function sharedHost(muster: Muster, { from, to }: Drill): boolean {
  const host = (site: string) => entryOf(muster, site)['host'];
  return host(from) !== undefined && host(from) === host(to);
}

function shown(file: string): string {
  const near = relative(process.cwd(), resolve(file));
  return near.startsWith('..') ? resolve(file) : near;
}
