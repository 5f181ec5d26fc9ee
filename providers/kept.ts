const LIVES_MS = 3_600_000;
const PATIENCE_MS = 60_000;

/** Answers to questions that many ask at once: each is asked once an hour. A failed one is asked again. */
export class Kept<T> {
  readonly #kept = new Map<string, { readonly at: number; readonly answer: Promise<T> }>();

  /** The question goes on when one who waits for it gives up. */
  get(key: string, signal: AbortSignal, ask: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const kept = this.#kept.get(key);
    if (kept && Date.now() - kept.at < LIVES_MS) return orAborted(kept.answer, signal);
    const answer = ask(AbortSignal.timeout(PATIENCE_MS));
    this.#kept.set(key, { at: Date.now(), answer });
    answer.catch(() => this.#kept.delete(key));
    return orAborted(answer, signal);
  }
}

export function orAborted<T>(answer: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason);
    if (signal.aborted) return abort();
    signal.addEventListener('abort', abort, { once: true });
    answer.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
