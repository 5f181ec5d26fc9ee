import { fileURLToPath } from 'node:url';
import { startVitest, type TestSuite } from 'vitest/node';

// Prints what fails by planted bug, as one line of JSON. A process of its own, since vitest cannot run inside one of its tests.
const vitest = await startVitest('test', [], {
  root: fileURLToPath(new URL('../..', import.meta.url)),
  config: false,
  watch: false,
  include: [fileURLToPath(new URL('planted.ts', import.meta.url))],
  // Most of the time goes by waiting, so together; but never so many that a busy machine looks like a driver that blocks.
  sequence: { concurrent: true },
  maxConcurrency: 100,
  pool: 'threads',
  reporters: [{}],
});
const failed: Record<string, string[]> = {};
for (const module of vitest.state.getTestModules()) {
  if (module.errors().length > 0) throw new Error('the planted bugs could not be collected', { cause: module.errors() });
  for (const suite of module.children.suites()) failed[suite.name] = [...failuresOf(suite)];
}
await vitest.close();
console.log(JSON.stringify(failed));
process.exit(0);

/** `part > title` of each failed test, and what hooks threw. */
function* failuresOf(suite: TestSuite): Generator<string> {
  for (const test of suite.children.allTests()) if (test.result().state !== 'passed') yield test.fullName.slice(suite.fullName.length + 3);
  for (const each of [suite, ...suite.children.allSuites()]) for (const error of each.errors()) yield error.message;
}
