import { mkdirSync, rmSync } from 'node:fs';
import type { Reporter, SerializedError, TestModule, Vitest } from 'vitest/node';
import { endProcessesOf, killProcessesOf, type Process } from './processesOf.ts';

/** How long what a test has ended may take to be gone. */
const GRACE_MS = 5_000;

/**
 * Ends every run with `N passed, N failed` alone on the last line. Failed are also: a file that could not be loaded or whose
 * hooks failed, an error outside any test, a process left behind (it is ended and named) and, with MUSTER_NO_SKIPS=1, a skip.
 */
export default class ClosingLine implements Reporter {
  #counts = { passed: 0, failed: 0, skipped: 0 };
  #ended = false;
  #swept = false;
  #run = '';
  #scratch: string | undefined;

  onInit(vitest: Vitest): void {
    this.#run = vitest.config.env['MUSTER_TEST'] ?? '';
    this.#scratch = vitest.config.env['TMPDIR'];
    // Open to all: a site's processes may run as users of their own.
    if (this.#scratch) mkdirSync(this.#scratch, { recursive: true, mode: 0o755 });
    vitest.onClose(() => this.#sweep());
    process.on('exit', () => this.#close());
  }

  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly SerializedError[]): void {
    this.#counts = { passed: 0, failed: unhandled.length, skipped: 0 };
    for (const module of modules) this.#count(module);
    this.#ended = true;
  }

  #count(module: TestModule): void {
    for (const test of module.children.allTests()) {
      const { state } = test.result();
      this.#counts[state === 'pending' ? 'failed' : state] += 1;
    }
    this.#counts.failed += module.errors().length;
    for (const suite of module.children.allSuites()) this.#counts.failed += suite.errors().length;
  }

  async #sweep(): Promise<void> {
    if (this.#run) this.#blame(await endProcessesOf(this.#run, this.#scratch, GRACE_MS));
    this.#swept = true;
  }

  #blame(left: readonly Process[]): void {
    this.#counts.failed += left.length;
    for (const each of left) process.stderr.write(`Left behind by a test, and ended now: ${describe(each)}\n`);
    if (this.#scratch) rmSync(this.#scratch, { recursive: true, force: true });
  }

  #close(): void {
    // A run that was broken off, by Ctrl-C for one, closes nothing before it ends.
    if (!this.#swept && this.#run) this.#blame(killProcessesOf(this.#run, this.#scratch));
    const { passed, skipped } = this.#counts;
    const forbidden = process.env['MUSTER_NO_SKIPS'] === '1' ? skipped : 0;
    if (forbidden > 0) process.stderr.write(`${skipped} skipped, and MUSTER_NO_SKIPS=1 allows none.\n`);
    // A run that was broken off has not passed, whatever it counted so far.
    const failed = this.#counts.failed + forbidden + (this.#ended ? 0 : 1);
    if (failed > 0) process.exitCode ||= 1;
    process.stdout.write(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}\n`);
  }
}

function describe({ pid, command }: Process): string {
  return `process ${pid}, ${command.length > 200 ? `${command.slice(0, 200)}…` : command}`;
}
