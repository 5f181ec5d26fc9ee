import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type CloudName, CLOUDS, type OpenCloud, openCloud } from './clouds/cloud.ts';
import { startProgram } from './spawn.ts';

export { type CloudName, CLOUDS };

export interface RunningCloud extends OpenCloud {
  readonly name: CloudName;
  readonly pid: number;
  /** Its machines end with it. */
  stop(): Promise<void>;
}

/** Their machines run on loopback addresses that only Linux has without being asked. */
export const HAS_CLOUDS = process.platform === 'linux';

const GRACE_MS = 15_000;

/** A cloud of the lab as a program of its own, with machines that run what its API receives. */
export async function startCloud(name: CloudName, { folder }: { readonly folder: string }): Promise<RunningCloud> {
  await mkdir(folder, { recursive: true });
  const started = await startProgram('lab/clouds/main.ts', ['--cloud', name, '--folder', folder], { log: join(folder, 'cloud.log') });
  try {
    return { ...openCloud.parse(started.said), name, pid: started.pid, stop: () => started.stop(GRACE_MS) };
  } catch (error) {
    await started.stop();
    throw error;
  }
}
