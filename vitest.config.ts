import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { CLOUD_FILES } from './test/clouds/files.ts';

/** Every process that a test starts inherits these: by them the closing line finds what was left behind. */
const run = randomBytes(6).toString('hex');

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/browser/**', 'test/onprem/**', ...CLOUD_FILES, '**/node_modules/**'],
    env: { MUSTER_TEST: run, TMPDIR: join(tmpdir(), `muster-test-${run}`) },
    // What all test files share is made once, here: each module's `setup` returns or exports its `teardown`.
    globalSetup: [],
    reporters: ['default', './test/project/closingLine.ts'],
    pool: 'forks',
    fileParallelism: true,
    // Most files wait for servers and clocks: two processors have room for three of them.
    maxWorkers: 3,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    teardownTimeout: 30_000,
  },
});
