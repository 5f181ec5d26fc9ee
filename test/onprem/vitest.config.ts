import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import base from '../../vitest.config.ts';

/** The tests that need daemons of this machine: Docker, Kubernetes, Incus. They are no part of `npm test`. */
export default defineConfig({
  ...base,
  root: fileURLToPath(new URL('../..', import.meta.url)),
  // One at a time: daemons stumble over network devices that another takes away while they look.
  test: { ...base.test, include: ['test/onprem/**/*.test.ts'], exclude: ['**/node_modules/**'], fileParallelism: false },
});
