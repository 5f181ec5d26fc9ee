import { closeSync, fstatSync, openSync, readSync, writeSync } from 'node:fs';

/** Appends JSON lines in the order in which they were asked for, however late an answer comes. */
export class OrderedLines {
  readonly #file: number;
  readonly #queue: { line?: string }[] = [];
  readonly #waiting = new Set<Promise<void>>();

  constructor(path: string) {
    this.#file = openSync(path, 'a+', 0o600);
    if (endsInMidLine(this.#file)) writeSync(this.#file, '\n');
  }

  /** `line` must not reject. */
  add(line: object | Promise<object>): void {
    const place: { line?: string } = {};
    this.#queue.push(place);
    const settled = this.#settle(line, place);
    this.#waiting.add(settled);
    void settled.finally(() => this.#waiting.delete(settled));
  }

  async #settle(line: object | Promise<object>, place: { line?: string }): Promise<void> {
    place.line = JSON.stringify(await line);
    this.#flush();
  }

  /** Waits for what is under way, at most so long; lines that are still open then are not written. */
  async close(graceSeconds: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, graceSeconds * 1000);
    await Promise.race([Promise.all(this.#waiting), promise]);
    clearTimeout(timer);
    closeSync(this.#file);
  }

  // Synchronous on purpose: the thread pool may be full of hanging name look-ups.
  #flush(): void {
    let text = '';
    while (this.#queue[0]?.line !== undefined) text += `${this.#queue.shift()?.line}\n`;
    if (text) writeSync(this.#file, text);
  }
}

/** A process killed while writing, or a full disk, leaves half a line. */
function endsInMidLine(file: number): boolean {
  const { size } = fstatSync(file);
  if (size === 0) return false;
  const last = Buffer.alloc(1);
  readSync(file, last, 0, 1, size - 1);
  return last.toString() !== '\n';
}
