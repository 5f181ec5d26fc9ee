import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

export interface Running {
  readonly child: ChildProcess;
  /** The JSON lines that it prints. */
  lines: AsyncIterator<unknown>;
  /** Sends the signal and waits for the end. */
  end(signal: NodeJS.Signals): Promise<void>;
}

/** A program of ours as a real process, with the Node that runs the tests. */
export function run(program: string, args: readonly string[]): Running {
  const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines = (async function* () {
    for await (const line of createInterface({ input: child.stdout })) yield JSON.parse(line) as unknown;
  })();
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
  };
  return { child, lines, end };
}

export async function first(running: Running): Promise<unknown> {
  const { value, done } = await running.lines.next();
  if (done) throw new Error('it ended without a word');
  return value;
}
