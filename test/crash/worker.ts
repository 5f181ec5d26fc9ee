import { parseArgs } from 'node:util';
import { loadMuster } from '../../worker/project.ts';
import { runWorker } from '../../worker/run.ts';
import { crashing } from './crashing.ts';
import { ORDER_ENV } from './order.ts';

/** The product's worker, which can be told to die at a point of an activity. */
const { values } = parseArgs({ options: { project: { type: 'string', default: '.' }, state: { type: 'string' } } });
const orderFile = process.env[ORDER_ENV];
if (!orderFile) throw new Error(`${ORDER_ENV} names no file`);
const { muster, folder, state } = await loadMuster(values.project, values.state);
await runWorker({
  muster,
  projectFolder: folder,
  stateFolder: state,
  vantages: muster.vantages,
  main: true,
  interceptors: { activity: [crashing(orderFile)] },
  ready: () => console.log(JSON.stringify({ pid: process.pid })),
});
