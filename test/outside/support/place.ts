import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Place } from '../../../activities/outside/hosted.ts';

/** A run's folder of its own. What is started in it is known by MUSTER_TEST as a process of the tests. */
export function makePlace(deadManSeconds = 20): Place & Disposable {
  const folder = mkdtempSync(join(tmpdir(), 'muster-outside-'));
  return {
    folder,
    cwd: folder,
    env: { PATH: '/usr/local/bin:/usr/bin:/bin', MUSTER_TEST: process.env.MUSTER_TEST ?? '' },
    deadManSeconds,
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}
