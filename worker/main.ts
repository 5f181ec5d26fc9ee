import { parseArgs } from 'node:util';
import { runWorker } from './run.ts';
import { loadMuster } from './project.ts';

const { values } = parseArgs({
  options: {
    project: { type: 'string', default: '.' },
    state: { type: 'string' },
    vantage: { type: 'string', multiple: true },
    only: { type: 'boolean', default: false },
  },
});
const { muster, folder, state } = await loadMuster(values.project, values.state);
await runWorker({
  muster,
  projectFolder: folder,
  stateFolder: state,
  vantages: values.vantage ?? muster.vantages,
  main: !values.only,
  ready: () => console.log(JSON.stringify({ pid: process.pid })),
});
