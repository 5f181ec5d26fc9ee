import { type ChildProcess, spawn } from 'node:child_process';
import { openSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
/** Modules are compiled once and kept: half of what a start costs. */
const COMPILED = { NODE_COMPILE_CACHE: `${ROOT}.muster/compile` };

export interface Started<T> {
  readonly pid: number;
  /** The one JSON line it prints when it is ready. */
  readonly said: T;
  readonly child: ChildProcess;
  /** SIGTERM, and SIGKILL after `graceMs`; resolves when it is gone. */
  stop(graceMs?: number): Promise<void>;
}

/** Runs a program of this repository until `stop`, and waits for the JSON line that says it is ready. */
export async function startProgram<T>(
  script: string,
  args: readonly string[],
  options: { readonly log: string; readonly env?: Readonly<Record<string, string>>; readonly name?: string },
): Promise<Started<T>> {
  const log = openSync(options.log, 'a');
  const child = spawn(process.execPath, [`${ROOT}${script}`, ...args], {
    stdio: ['ignore', 'pipe', log],
    env: { ...COMPILED, ...process.env, ...options.env },
  });
  const said = await new Promise<T>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) =>
      reject(new Error(`${script} ended with ${code ?? signal} before it was ready; it said: ${lastWords(options.log)}; see ${options.log}`)),
    );
    if (!child.stdout) return;
    createInterface({ input: child.stdout }).once('line', (line) => resolve(JSON.parse(line) as T));
  });
  child.stdout?.resume();
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  if (child.pid === undefined) throw new Error(`${script} did not start`);
  return {
    pid: child.pid,
    said,
    child,
    async stop(graceMs = 5000) {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGTERM');
      const late = setTimeout(() => child.kill('SIGKILL'), graceMs);
      await gone;
      clearTimeout(late);
    },
  };
}

function lastWords(log: string): string {
  return readFileSync(log, 'utf8').trim().slice(-600) || 'nothing';
}
