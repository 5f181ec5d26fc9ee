import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statfsSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { command } from './command.mjs';
import { DISK_FULL, SetupFault } from './fault.mjs';
import { ROOT } from './folders.mjs';
import { linkNode, NODE } from './node.mjs';
import { isOffline, npmFault } from './npmFault.mjs';
import { onPath } from './onPath.mjs';
import { wheelPlatform } from './platform.mjs';
import { say } from './say.mjs';

const LOCK = join(ROOT, 'package-lock.json');
const MODULES = join(ROOT, 'node_modules');
const STAMP = join(MODULES, '.muster-setup');

/** Whether node_modules is what the lockfile says; `tools` asks for the development dependencies too. */
export function isInstalled({ tools }) {
  const isOnNode24 = Number(process.versions.node.split('.')[0]) >= 24;
  if (!existsSync(NODE) && (tools || !isOnNode24)) return false;
  const lock = readFileSync(LOCK, 'utf8');
  return read(STAMP) === digest(lock) || isFrom(JSON.parse(lock), tools);
}

/** npm keeps such a list when an install is complete: a person's own `npm install` need not be done again. */
function isFrom(lock, tools) {
  const text = read(join(MODULES, '.package-lock.json'));
  if (!text) return false;
  const have = JSON.parse(text).packages ?? {};
  return Object.entries(lock.packages).every(([path, wanted]) => {
    if (path === '') return true;
    const found = have[path];
    if (found) return found.version === wanted.version && found.integrity === wanted.integrity;
    return wanted.optional || wanted.devOptional || wanted.peer || (wanted.dev && !tools);
  });
}

/** `npm ci` where it is needed. No package's install script is run: none is needed, Node 24 included, and some machines forbid them. */
export async function install(claim) {
  wheelPlatform();
  if (!isFrom(JSON.parse(readFileSync(LOCK, 'utf8')), true)) await npmCi(claim);
  linkNode();
  writeFileSync(STAMP, digest(readFileSync(LOCK, 'utf8')));
}

async function npmCi(claim) {
  const doing = 'installing the npm packages of the lockfile (npm ci)';
  say(doing);
  const args = [
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
  const [file, ...before] = npm();
  const { ok, output } = await command(file, [...before, ...args], { claim, doing, isHopeless: isOffline });
  if (!ok) throw npmFault(output);
  // On a full disk npm 11 was seen to end with exit code 0 and half of the packages.
  if (!isFrom(JSON.parse(readFileSync(LOCK, 'utf8')), true))
    throw isFull()
      ? new SetupFault(DISK_FULL)
      : new SetupFault('npm ci ended before everything was installed. Run this again; everything it said: .muster/setup.log');
}

/** The npm that runs us, else the one on the PATH. */
function npm() {
  const running = process.env.npm_execpath;
  if (running && basename(running) === 'npm-cli.js' && existsSync(running)) return [process.execPath, running];
  const found = onPath('npm');
  if (!found)
    throw new SetupFault('npm is not on the PATH. It comes with Node (https://nodejs.org; Debian, Ubuntu: apt install npm): install it and run this again.');
  return [found];
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
