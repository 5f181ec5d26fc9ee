import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Stand } from '../../../lab/stand.ts';

const MAIN = fileURLToPath(new URL('../../../cli/main.ts', import.meta.url));

export interface Ended {
  /** Null when a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The command line as a process of its own, with pipes instead of a terminal. */
export interface Muster {
  readonly pid: number;
  readonly ended: Promise<Ended>;
  /** Waits until its stderr holds this; gives the match. Throws when it ends before. */
  says(what: RegExp, withinSeconds?: number): Promise<RegExpExecArray>;
  /** On stderr, so far. */
  said(): string;
  signal(name: NodeJS.Signals): void;
}

export interface Where {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
}

const running = new Set<ChildProcess>();

/** For the end of a test file: also a test that failed leaves no process. */
export async function endMusters(): Promise<void> {
  await Promise.all([...running].map((child) => new Promise((resolve) => child.once('exit', resolve).kill('SIGKILL') || resolve(undefined))));
}

export function startMuster(args: readonly string[], { cwd, env = {} }: Where): Muster {
  const child = spawn(process.execPath, [MAIN, ...args], { cwd, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  running.add(child);
  child.once('exit', () => running.delete(child));
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  let over = false;
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      over = true;
      resolve({ code, stdout, stderr });
    });
  });
  return {
    pid: child.pid ?? 0,
    ended,
    async says(what, withinSeconds = 90) {
      for (const end = performance.now() + withinSeconds * 1000; ; await sleep(50)) {
        const match = what.exec(stderr);
        if (match) return match;
        if (over || performance.now() > end)
          throw new Error(`muster ${args.join(' ')} did not say ${what}${over ? '' : ` within ${withinSeconds} s`}; it said: ${stderr}`);
      }
    },
    said: () => stderr,
    signal: (name) => void child.kill(name),
  };
}

/** In the project of a stand, against its server. */
export function musterAt({ lab, env }: Stand, ...args: readonly string[]): Muster {
  return startMuster(args, { cwd: lab.project, env });
}

/** Until its end. */
export function muster(stand: Stand, ...args: readonly string[]): Promise<Ended> {
  return musterAt(stand, ...args).ended;
}
