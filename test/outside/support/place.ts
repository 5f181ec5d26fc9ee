import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Place } from '../../../activities/outside/hosted.ts';

/** A run's folder of its own. */
export function makePlace(deadManSeconds = 20): Place & Disposable {
  const folder = mkdtempSync(join(tmpdir(), 'muster-outside-'));
  return {
    folder,
    cwd: folder,
    env: { PATH: '/usr/local/bin:/usr/bin:/bin' },
    deadManSeconds,
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}
