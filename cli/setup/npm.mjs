import { existsSync, realpathSync } from 'node:fs';
import { basename, delimiter, dirname } from 'node:path';
import { command } from './command.mjs';
import { SetupFault } from './fault.mjs';
import { isOffline, npmFault } from './npmFault.mjs';
import { onPath } from './onPath.mjs';

// No package's install script is run: none is needed, Node 24 included, and some machines forbid them.
const CI = [
  'ci',
  '--include=dev',
  '--include=optional',
  '--ignore-scripts',
  '--engine-strict=false',
  '--prefer-offline',
  '--no-audit',
  '--no-fund',
  '--no-progress',
  '--no-update-notifier',
  '--loglevel=http',
  '--fetch-retries=2',
  '--fetch-retry-mintimeout=500',
  '--fetch-retry-maxtimeout=2000',
];

/** `npm ci` in this folder, with npm itself running on this Node. */
export async function npmCi(folder, node, { claim, doing }) {
  const [file, ...before] = npm(node);
  const env = { PATH: `${dirname(node)}${delimiter}${process.env.PATH}` };
  const { ok, output } = await command(file, [...before, ...CI], { claim, doing, env, cwd: folder, isHopeless: isOffline });
  if (!ok) throw npmFault(output);
}

/** The npm that runs us, else the one on the PATH. */
function npm(node) {
  const running = process.env.npm_execpath;
  if (running && basename(running) === 'npm-cli.js' && existsSync(running)) return [node, running];
  const found = onPath('npm');
  if (!found) {
    throw new SetupFault('npm is not on the PATH. It comes with Node (https://nodejs.org; Debian, Ubuntu: apt install npm): install it and run this again.');
  }
  return basename(realpathSync(found)) === 'npm-cli.js' ? [node, realpathSync(found)] : [found];
}
