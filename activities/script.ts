import { spawn } from 'node:child_process';
import { ApplicationFailure } from '@temporalio/activity';
import { withoutSecrets } from '../providers/errors.ts';
import type { Activities, ScriptDone } from './contract.ts';
import type { Deps } from './deps.ts';
import { signal } from './wrap.ts';

const KEEP_BYTES = 8192;

export const scriptActivities = (deps: Pick<Deps, 'projectFolder' | 'environment'>): Pick<Activities, 'runScript'> => ({
  async runScript({ name, run, timeoutSeconds, reads, env }) {
    const readable = deps.environment(reads);
    const done = await runProgram(run, {
      cwd: deps.projectFolder,
      env: { ...deps.environment(['PATH', 'HOME', 'LANG']), ...readable, ...env },
      timeoutSeconds,
      signal: signal(),
    });
    if (done === 'not found') throw ApplicationFailure.nonRetryable(`${name}: ${run[0]} is not there or not executable in ${deps.projectFolder}`, 'Invalid');
    return { ...done, output: withoutSecrets(done.output, Object.values(readable)) };
  },
});

interface Options {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly timeoutSeconds: number;
  readonly signal: AbortSignal;
}

/** A program and its arguments in a process group of its own, ended as a whole on time-out and cancellation. Never a shell. */
async function runProgram([command = '', ...args]: readonly string[], options: Options): Promise<ScriptDone | 'not found'> {
  const child = spawn(command, args, { cwd: options.cwd, env: { ...options.env }, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  const keep = (chunk: Buffer) => {
    output = (output + chunk.toString('utf8')).slice(-KEEP_BYTES);
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const end = () => {
    if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) process.kill(-child.pid, 'SIGKILL');
  };
  const limit = setTimeout(end, options.timeoutSeconds * 1000);
  options.signal.addEventListener('abort', end);
  try {
    const exitCode = await new Promise<number | null | 'not found'>((resolve, reject) => {
      child.once('error', (error) => ('code' in error && (error.code === 'ENOENT' || error.code === 'EACCES') ? resolve('not found') : reject(error)));
      child.once('close', (code) => resolve(code));
    });
    options.signal.throwIfAborted();
    if (exitCode === 'not found') return exitCode;
    return { ok: exitCode === 0, exitCode, output: output.trim() };
  } finally {
    clearTimeout(limit);
    options.signal.removeEventListener('abort', end);
  }
}
