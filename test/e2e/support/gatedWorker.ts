import { parseArgs } from 'node:util';
import { loadMuster } from '../../../worker/project.ts';
import { runWorker } from '../../../worker/run.ts';
import { gated, GATES_ENV } from './gated.ts';

/** The product's worker, which can be held where an activity begins. */
const { values } = parseArgs({ options: { project: { type: 'string', default: '.' }, state: { type: 'string' } } });
const gates = process.env[GATES_ENV];
if (!gates) throw new Error(`${GATES_ENV} names no folder`);
const { muster, folder, state } = await loadMuster(values.project, values.state);
await runWorker({
  muster,
  projectFolder: folder,
  stateFolder: state,
  vantages: muster.vantages,
  main: true,
  interceptors: { activity: [gated(gates)] },
  ready: () => console.log(JSON.stringify({ pid: process.pid })),
});
