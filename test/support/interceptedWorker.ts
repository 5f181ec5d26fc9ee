import { parseArgs } from 'node:util';
import type { ActivityInterceptorsFactory } from '@temporalio/worker';
import { loadMuster } from '../../worker/project.ts';
import { runWorker } from '../../worker/run.ts';

/** The product's worker as a program of its own, whose activities can be met. `variable` names the variable of the environment that says where. */
export async function runIntercepted(variable: string, intercept: (where: string) => ActivityInterceptorsFactory): Promise<void> {
  const { values } = parseArgs({ options: { project: { type: 'string', default: '.' }, state: { type: 'string' } } });
  const where = process.env[variable];
  if (!where) throw new Error(`${variable} is not set`);
  const { muster, folder, state } = await loadMuster(values.project, values.state);
  await runWorker({
    muster,
    projectFolder: folder,
    stateFolder: state,
    vantages: muster.vantages,
    main: true,
    interceptors: { activity: [intercept(where)] },
    ready: () => console.log(JSON.stringify({ pid: process.pid })),
  });
}
