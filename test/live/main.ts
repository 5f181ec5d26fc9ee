import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createVitest } from 'vitest/node';
import { agreed } from './agreed.ts';
import { type Asked, readArguments, USAGE } from './asked.ts';
import { whatItDoes } from './estimate.ts';
import { installations } from './open.ts';
import { readSite } from './siteFile.ts';
import { sweep } from './sweep.ts';

/** What the test under way gets to come to its end before its process is ended. */
const GRACE_MS = 20_000;

try {
  const asked = readArguments(process.argv.slice(2));
  const site = await readSite(asked.site, asked.cloud);
  console.error(whatItDoes(asked, site, installations().own));
  if (!(await agreed(asked.yes))) process.exit(2);
  const { found, left: stuck } = await sweep(site);
  console.error(`left by earlier runs: ${found.length === 0 ? 'nothing' : found.map(({ nativeId }) => nativeId).join(', ')}`);
  if (stuck.length > 0) throw new Error(`it cannot be taken away: ${stuck.map(({ nativeId }) => nativeId).join(', ')}; remove it by hand, then try again`);
  let passed = false;
  try {
    passed = await runSuite(asked);
  } finally {
    const { left } = await sweep(site);
    console.error(`left behind: ${left.length === 0 ? 'nothing' : left.map(({ nativeId }) => nativeId).join(', ')}`);
    if (left.length > 0) passed = false;
  }
  process.exit(passed ? 0 : 1);
} catch (error) {
  console.error(error instanceof RangeError || (error instanceof TypeError && 'code' in error) ? `${error.message}\n${USAGE}` : String(error));
  process.exit(error instanceof RangeError || error instanceof TypeError ? 2 : 1);
}

/** Whether every test passed in time. Ctrl-C and the end of the time stop the tests; what they made is taken away by who called. */
async function runSuite(asked: Asked): Promise<boolean> {
  const vitest = await createVitest('test', {
    root: fileURLToPath(new URL('../..', import.meta.url)),
    config: false,
    watch: false,
    include: [fileURLToPath(new URL('suite.ts', import.meta.url))],
    env: { MUSTER_LIVE: JSON.stringify({ ...asked, site: resolve(asked.site) }) },
    reporters: ['verbose'],
    ...(asked.only === undefined ? {} : { testNamePattern: asked.only.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`) }),
  });
  const cut = Promise.withResolvers<void>();
  let stopped = false;
  const stop = (why: string) => () => {
    stopped = true;
    console.error(`${why}: the tests are stopped, and everything is taken away`);
    void vitest.cancelCurrentRun('keyboard-input');
    setTimeout(cut.resolve, GRACE_MS);
  };
  const limit = setTimeout(stop(`${asked.minutes} minutes are over`), asked.minutes * 60_000);
  process.once('SIGINT', stop('interrupted'));
  process.once('SIGTERM', stop('interrupted'));
  try {
    await Promise.race([vitest.start(), cut.promise]);
    const tests = vitest.state.getTestModules().flatMap((module) => [...module.children.allTests()]);
    const count = (state: string) => tests.filter((test) => test.result().state === state).length;
    const broken = vitest.state
      .getTestModules()
      .flatMap((module) => [...module.errors(), ...[...module.children.allSuites()].flatMap((suite) => suite.errors())]);
    console.error(`${count('passed')} passed, ${count('failed') + broken.length} failed, ${count('skipped')} not run`);
    return !stopped && count('passed') > 0 && count('failed') === 0 && broken.length === 0;
  } finally {
    clearTimeout(limit);
    await vitest.close();
  }
}
