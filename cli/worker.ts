import type { Command } from 'commander';
import { resolve } from 'node:path';
import { withTemporal } from './connect.ts';
import { loadProject } from './project.ts';

export function addWorker(program: Command): void {
  program
    .command('worker')
    .description('run a worker for the project in this folder (temporal.toml, muster.yaml) until Ctrl-C')
    .option('--project <folder>', 'folder with muster.yaml', '.')
    .option('--state <folder>', 'where evidence lies (default: .muster in the project)')
    .option('--vantage <name...>', 'serve only these vantages, from where this machine stands')
    .action(async ({ project, state, vantage }: { project: string; state?: string; vantage?: string[] }) => {
      const { muster, folder } = await loadProject(project);
      const { address, namespace } = await withTemporal(async (connected) => connected);
      // The worker's SDK costs every other command a third of its start.
      const { runWorker } = await import('../worker/run.ts');
      await runWorker({
        muster,
        projectFolder: folder,
        stateFolder: resolve(state ?? `${folder}/.muster`),
        vantages: vantage ?? muster.vantages,
        main: vantage === undefined,
        ready: () =>
          process.stderr.write(`worker for ${muster.installation} at ${address}, namespace ${namespace}${vantage ? `, vantage ${vantage.join(', ')}` : ''}\n`),
      });
    });
}
