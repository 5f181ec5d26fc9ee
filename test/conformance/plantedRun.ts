import { type TestSuite, startVitest } from 'vitest/node';

// Prints the names of all failed tests by planted bug, as JSON. A process of its own: vitest cannot run inside a test of itself.
const vitest = await startVitest('test', [], {
  config: false,
  watch: false,
  include: ['test/conformance/planted.ts'],
  sequence: { concurrent: true },
  maxConcurrency: 1_000,
  reporters: [{}],
});
const failed: Record<string, string[]> = {};
for (const module of vitest.state.getTestModules()) {
  if (module.errors().length > 0) throw new Error('the planted run could not be collected', { cause: module.errors() });
  for (const suite of module.children.suites()) failed[suite.name] = [...failuresOf(suite)];
}
await vitest.close();
console.log(JSON.stringify(failed));
process.exit(0);

function* failuresOf(suite: TestSuite): Generator<string> {
  for (const test of suite.children.allTests()) if (test.result().state !== 'passed') yield test.fullName.slice(test.fullName.indexOf(' > ') + 3);
  for (const inner of suite.children.allSuites()) for (const error of inner.errors()) yield `${inner.name}: ${error.message}`;
  for (const error of suite.errors()) yield error.message;
}
