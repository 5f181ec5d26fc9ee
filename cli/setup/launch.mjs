import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { join } from 'node:path';
import { ROOT } from './folders.mjs';
import { main } from './main.mjs';
import { isNode24, NODE } from './node.mjs';

const PROGRAM = join(ROOT, 'cli', 'main.ts');
/** These start a server of their own. */
const EMBEDDED = ['demo', 'up'];

/** Sets up what the command needs and runs it on Node 24: here, or by the pinned one when this Node is older. */
export async function launch(args) {
  if (!(await main(EMBEDDED.includes(args[0]) ? ['runtime', 'temporal'] : ['runtime']))) return;
  if (isNode24()) {
    process.argv[1] = PROGRAM;
    await import('../main.ts');
    return;
  }
  const child = spawn(NODE, [PROGRAM, ...args], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT']) {
    process.on(signal, () => {
      // Ctrl-C in a terminal reaches both by itself: sent on as well it would count as pressed twice.
      if (signal !== 'SIGINT' || !isTerminal()) child.kill(signal);
    });
  }
  child.on('error', (error) => {
    process.stderr.write(`muster: Node 24 could not be started (${error.message}): run npm run setup\n`);
    process.exitCode = 1;
  });
  child.on('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]));
}

function isTerminal() {
  return Boolean(process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY);
}
