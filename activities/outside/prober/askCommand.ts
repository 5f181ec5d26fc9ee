import { spawn } from 'node:child_process';
import { siteOf } from '../process/identity.ts';
import type { Ask, Seen } from './ask.ts';

const MOST_BYTES = 64 * 1024;

/** Exit 0 is success. A `json` identity is read from what it prints; a header rule does not apply. */
export const askCommand: Ask<'command'> = ({ run }, { identity, timeoutSeconds }) => {
  const { promise, resolve, reject } = Promise.withResolvers<Seen>();
  const [command = '', ...args] = run;
  // In a group of its own, so that a time-out ends what it started as well.
  const child = spawn(command, args, { detached: true, stdio: ['ignore', 'pipe', 'ignore'] });
  const printed: Buffer[] = [];
  let size = 0;
  child.stdout.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size <= MOST_BYTES) printed.push(chunk);
  });
  const timer = setTimeout(() => reject(new Error(`not done within ${timeoutSeconds} s`)), timeoutSeconds * 1000);
  child.on('error', (error: NodeJS.ErrnoException) => reject(new Error(`could not be started: ${error.code ?? error.message}`)));
  // What it left behind must not hold its output open.
  child.on('exit', () => endGroup(child.pid));
  child.on('close', (code, signal) => {
    if (code !== 0) return reject(new Error(code === null ? `ended by ${signal}` : `exit ${code}`));
    if (!identity || 'header' in identity) return resolve({});
    const site = siteOf(identity, {}, Buffer.concat(printed));
    return site ? resolve({ site }) : reject(new Error('answered without identity'));
  });
  return promise.finally(() => {
    clearTimeout(timer);
    endGroup(child.pid);
    child.stdout.destroy();
  });
};

function endGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // Nothing of it is left.
  }
}
