import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DISK_FULL, SetupFault } from './fault.mjs';
import { MUSTER, ROOT } from './folders.mjs';
import { hasAll } from './hasAll.mjs';
import { isNode24, linkNode, NODE, NODE_PACKAGE } from './node.mjs';
import { npmCi } from './npm.mjs';
import { wheelPlatform } from './platform.mjs';
import { say } from './say.mjs';

const LOCK = join(ROOT, 'package-lock.json');
const MODULES = join(ROOT, 'node_modules');
const STAMP = join(MODULES, '.muster-setup');

/** Whether node_modules is what the lockfile says; `tools` asks for the development dependencies too. */
export function isInstalled({ tools }) {
  if (!existsSync(NODE) && (tools || !isNode24())) return false;
  return read(STAMP) === digest(read(LOCK)) || isFromLock({ tools });
}

/** npm keeps such a list when an install is complete: a person's own `npm install` need not be done again. */
function isFromLock({ tools }) {
  const have = read(join(MODULES, '.package-lock.json'));
  return have !== undefined && hasAll(JSON.parse(have).packages ?? {}, lockedPackages(), { tools });
}

/** Makes node_modules what the lockfile says, Node 24 included. */
export async function install(claim) {
  wheelPlatform();
  if (!isFromLock({ tools: true })) {
    const doing = 'installing the npm packages of the lockfile (npm ci)';
    say(doing);
    await npmCi(ROOT, await nodeForNpm(claim), { claim, doing });
    // On a full disk npm 11 was seen to end with exit code 0 and half of the packages.
    if (!isFromLock({ tools: true }))
      throw isFull()
        ? new SetupFault(DISK_FULL)
        : new SetupFault(
            'npm ci ended before everything was installed. Run this again; if it stays so, with a newer npm (npm install --global npm@11). Everything it said: .muster/setup.log',
          );
  }
  linkNode();
  writeFileSync(STAMP, digest(read(LOCK)));
}

/**
 * npm must run on Node 24 as well: on an older one it leaves out, in silence, the native parts of tools that ask for a newer Node.
 * The pinned one is fetched first, alone, as scratch.
 */
async function nodeForNpm(claim) {
  if (isNode24()) return process.execPath;
  const path = `node_modules/${NODE_PACKAGE}`;
  const { optional: _, ...locked } = lockedPackages()[path] ?? {};
  const folder = mkdtempSync(join(MUSTER, 'tmp-node-'));
  const project = { name: 'node-for-npm', version: '1.0.0', dependencies: { [NODE_PACKAGE]: locked.version } };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(project));
  writeFileSync(
    join(folder, 'package-lock.json'),
    JSON.stringify({ ...project, lockfileVersion: 3, requires: true, packages: { '': project, [path]: locked } }),
  );
  await npmCi(folder, process.execPath, { claim, doing: 'fetching Node 24' });
  return join(folder, path, 'bin', 'node');
}

function lockedPackages() {
  return JSON.parse(read(LOCK)).packages;
}

function isFull() {
  const { bavail, bsize } = statfsSync(ROOT);
  return bavail * bsize < 20e6;
}

function digest(text) {
  return createHash('sha256').update(text).digest('hex');
}

function read(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
