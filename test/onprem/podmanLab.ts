import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type PodmanSites, startPodmanSites } from '../../lab/podman/sites.ts';

export interface PodmanLab extends PodmanSites {
  readonly folder: string;
}

export const SMALL = 'localhost/small:1';

/** Two sites of one test file's own. */
export async function startPodmanLab(
  images: Readonly<Record<string, Readonly<Record<string, string>>>> = { [SMALL]: { curl: '/usr/bin/curl' } },
): Promise<PodmanLab> {
  const folder = mkdtempSync(join(tmpdir(), 'podman-'));
  const sites = await startPodmanSites({ folder, images });
  return {
    ...sites,
    folder,
    async stop() {
      await sites.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
