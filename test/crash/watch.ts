import { everyProcess, type Process, programOf } from './processes.ts';

const LOOK_MS = 300;
/** An outside process that finds another in its place ends within a second. */
const OUTSIDE_MS = 1500;

/** Looks at the machine's processes all the time for what must never be there twice, however shortly. */
export class Watch {
  readonly #folder: string;
  readonly #timer: NodeJS.Timeout;
  readonly #since = new Map<string, number>();
  #problems = new Set<string>();

  constructor(folder: string) {
    this.#folder = folder;
    this.#timer = setInterval(() => this.#look(), LOOK_MS);
  }

  /** What was seen since the last time. */
  take(): string[] {
    const problems = [...this.#problems];
    this.#problems = new Set();
    return problems;
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    const seen = Map.groupBy(everyProcess(), (process) => this.#oneOfAKind(process));
    for (const [kind, processes] of seen) {
      if (kind === undefined || processes.length < 2) this.#since.delete(kind ?? '');
      else this.#twice(kind, processes);
    }
  }

  #twice(kind: string, processes: readonly Process[]): void {
    // A look at all processes takes a while: the first may have ended before the second began.
    const still = everyProcess().filter((each) => processes.some(({ pid }) => pid === each.pid));
    if (still.length < 2) return;
    const since = this.#since.get(kind) ?? Date.now();
    this.#since.set(kind, since);
    const patience = kind.startsWith('outside') ? OUTSIDE_MS : 0;
    if (Date.now() - since < patience) return;
    const where = still.map(({ pid, env }) => `${pid}${env['MUSTER_SITE'] ? ` at ${env['MUSTER_SITE']} for ${env['MUSTER_RUN']}` : ''}`);
    this.#problems.add(`at the same time: ${kind} as ${where.join(' and ')}`);
  }

  /** A workload has one writer and one front at a time, wherever; a file of samples has one prober. */
  #oneOfAKind(process: Process): string | undefined {
    const program = programOf(process);
    if (program && (process.env['MUSTER_ROOT'] ?? '').startsWith(this.#folder)) return program;
    const config = /(?:prober|canary)\/main\.ts (\S+)$/.exec(process.command)?.[1];
    return config?.startsWith(this.#folder) ? `outside ${config.slice(this.#folder.length + 1)}` : undefined;
  }
}
