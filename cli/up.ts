import { spawn } from 'node:child_process';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { startDevServer } from './devServer.ts';
import { UserError } from './errors.ts';
import { untilInterrupted } from './interrupt.ts';

const MAIN = fileURLToPath(new URL('main.ts', import.meta.url));

export function addUp(program: Command): void {
  program
    .command('up')
    .description('development server and worker for the project in this folder, in the foreground until Ctrl-C')
    .option('--project <folder>', 'folder with muster.yaml', '.')
    .option('--port <port>', 'of the Temporal server', number, 7233)
    .option('--ui-port <port>', 'of the Temporal UI', number, 8233)
    .option('--namespace <name>', 'Temporal namespace', 'default')
    .action(async ({ project, port, uiPort, namespace }: { project: string; port: number; uiPort: number; namespace: string }) => {
      const server = await startDevServer({ folder: join(resolve(project), '.muster', 'temporal'), port, uiPort, namespace });
      const { interrupted } = untilInterrupted();
      process.stderr.write(`Temporal server at ${server.address}, UI at ${server.uiUrl}; runs are kept for ten years\n`);
      const worker = spawn(process.execPath, [MAIN, 'worker', '--project', project], {
        stdio: 'inherit',
        env: { ...process.env, TEMPORAL_ADDRESS: server.address, TEMPORAL_NAMESPACE: namespace },
      });
      const ended = new Promise<number | null>((done) => worker.once('exit', done));
      const code = await Promise.race([interrupted.then(() => 'interrupted' as const), ended]);
      if (code === 'interrupted') worker.kill('SIGTERM');
      await ended;
      await server.stop();
      if (code !== 'interrupted') throw new UserError(`the worker ended with ${code}`);
    });
}

function number(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > 65_535) throw new UserError(`${text} is not a port`);
  return value;
}
