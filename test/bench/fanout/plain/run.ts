import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { BareCloud } from '../bareCloud.ts';
import type { Run } from '../muster.ts';
import { tallyOf } from '../tally.ts';
import type { PlainHalf } from './main.ts';

const MAIN = fileURLToPath(new URL('main.ts', import.meta.url));

/** The same by a plain script, as a process of its own. */
export async function plainRun(cloud: BareCloud, replicas: number): Promise<Run> {
  const args = [MAIN, '--cloud', cloud.name, '--replicas', String(replicas), '--site', JSON.stringify(cloud.site)];
  const env = { ...process.env, ...cloud.environment, GOOGLE_APPLICATION_CREDENTIALS: cloud.environment.LAB_GCP_WRITE };
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'], env });
  const ended = once(child, 'exit');
  try {
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const half = async (): Promise<Run['start']> => {
      await cloud.takeCalls();
      child.stdin.write('next\n');
      const { value, done } = await lines.next();
      if (done) throw new Error(`the plain script for ${cloud.name} ended before it was through`);
      const { seconds } = JSON.parse(value) as PlainHalf;
      return { calls: tallyOf(await cloud.takeCalls()), seconds };
    };
    return { start: await half(), remove: await half() };
  } finally {
    child.kill();
    await ended;
  }
}
