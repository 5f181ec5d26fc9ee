import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

export interface Running {
  readonly child: ChildProcess;
  /** The JSON lines that it prints. */
  readonly lines: AsyncIterator<unknown>;
  /** What it wrote for people so far. */
  said(): string;
  /** Sends the signal and waits for the end. */
  end(signal: NodeJS.Signals): Promise<void>;
}

const all = new Set<Running>();

/** A program of ours as a real process, with the Node that runs the tests. */
export function run(program: string, args: readonly string[]): Running {
  const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  const lines = (async function* () {
    for await (const line of createInterface({ input: child.stdout })) yield JSON.parse(line) as unknown;
  })();
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
  };
  const running = { child, lines, said: () => said, end };
  all.add(running);
  return running;
}

/** For `afterEach`: a test that fails leaves no process either. */
export async function endAll(): Promise<void> {
  await Promise.all([...all].map(({ end }) => end('SIGKILL')));
  all.clear();
}

export async function firstLine(running: Running): Promise<unknown> {
  const { value, done } = await running.lines.next();
  if (done) throw new Error(`it ended without a word on stdout; on stderr: ${running.said()}`);
  return value;
}
