import type { Command } from 'commander';
import { loadMuster } from '../worker/project.ts';
import { runWorker } from '../worker/run.ts';
import { temporalAddress } from '../worker/config.ts';

export function addWorker(program: Command): void {
  program
    .command('worker')
    .description('run a worker for the project in this folder (temporal.toml, muster.yaml) until Ctrl-C')
    .option('--project <folder>', 'folder with muster.yaml', '.')
    .option('--state <folder>', 'where evidence lies (default: .muster in the project)')
    .option('--vantage <name...>', 'serve only these vantages, from where this machine stands')
    .action(async ({ project, state, vantage }: { project: string; state?: string; vantage?: string[] }) => {
      const { muster, folder, state: stateFolder } = await loadMuster(project, state);
      const { address, namespace } = temporalAddress();
      await runWorker({
        muster,
        projectFolder: folder,
        stateFolder,
        vantages: vantage ?? muster.vantages,
        main: vantage === undefined,
        ready: () => process.stderr.write(`worker for ${muster.installation} at ${address}, namespace ${namespace}${vantage ? `, vantage ${vantage.join(', ')}` : ''}\n`),
      });
    });
}
