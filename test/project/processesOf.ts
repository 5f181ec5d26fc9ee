import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
}

/**
 * Processes that a test run started: those with MUSTER_TEST=<run> in their environment and, as a program under test may hand on
 * a clean environment, those that work in the run's scratch folder or name it in their command line. Never vitest's own.
 */
export function processesOf(run: string, scratch?: string): Process[] {
  const isOurs = (each: Seen) =>
    each.environment.includes(`MUSTER_TEST=${run}`) || (scratch !== undefined && (each.command.includes(scratch) || each.folder.startsWith(scratch)));
  const isVitest = (each: Seen) => each.pid === process.pid || (each.parent === process.pid && each.command.includes('/vitest/dist/workers/'));
  return everyProcess().filter((each) => isOurs(each) && !isVitest(each));
}

/** Whether it runs; one that has ended and waits to be collected does not. */
export function isRunning(pid: number): boolean {
  return everyProcess().some((each) => each.pid === pid);
}

/** Waits until they are gone; what is still there after `graceMs` is killed and returned. */
export async function endProcessesOf(run: string, scratch: string | undefined, graceMs: number): Promise<Process[]> {
  const deadline = Date.now() + graceMs;
  while (Date.now() < deadline) {
    if (processesOf(run, scratch).length === 0) return [];
    await sleep(100);
  }
  return killProcessesOf(run, scratch);
}

/** Kills them at once, and says which these were. */
export function killProcessesOf(run: string, scratch: string | undefined): Process[] {
  const left = processesOf(run, scratch);
  for (const { pid } of left) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // Gone in this moment.
    }
  }
  return left;
}

interface Seen extends Process {
  readonly environment: readonly string[];
  readonly folder: string;
}

function everyProcess(): Seen[] {
  return process.platform === 'linux' ? fromProc() : fromPs();
}

function fromProc(): Seen[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const environment = readFileSync(`/proc/${name}/environ`, 'utf8').split('\0');
        const command = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
        const parent = Number(/^PPid:\s*(\d+)$/m.exec(readFileSync(`/proc/${name}/status`, 'utf8'))?.[1]);
        return command ? [{ pid: Number(name), parent, command, environment, folder: readlinkSync(`/proc/${name}/cwd`) }] : [];
      } catch {
        // Gone, or another user's.
        return [];
      }
    });
}

/** With -E, macOS shows a user's own processes with their environment after the command. */
function fromPs(): Seen[] {
  const { stdout } = spawnSync('ps', ['-axww', '-E', '-o', 'pid=,ppid=,command='], { encoding: 'utf8', maxBuffer: 64 << 20 });
  return (stdout ?? '').split('\n').flatMap((line) => {
    const [, pid, parent, command] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    return pid && parent && command ? [{ pid: Number(pid), parent: Number(parent), command, environment: command.split(' '), folder: '' }] : [];
  });
}
