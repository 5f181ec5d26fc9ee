import { parseArgs } from 'node:util';
import { loadMuster } from '../../worker/project.ts';
import { runWorker } from '../../worker/run.ts';
import { crashing } from './crashing.ts';
import { KILL_POINT_ENV } from './killPoint.ts';

/** The product's worker, which can be told to die at a point of an activity. */
const { values } = parseArgs({ options: { project: { type: 'string', default: '.' }, state: { type: 'string' } } });
const file = process.env[KILL_POINT_ENV];
if (!file) throw new Error(`${KILL_POINT_ENV} names no file`);
const { muster, folder, state } = await loadMuster(values.project, values.state);
await runWorker({
  muster,
  projectFolder: folder,
  stateFolder: state,
  vantages: muster.vantages,
  main: true,
  interceptors: { activity: [crashing(file)] },
  ready: () => console.log(JSON.stringify({ pid: process.pid })),
});
