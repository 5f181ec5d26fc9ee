import { setImmediate, setTimeout } from 'node:timers/promises';
import { DriverError } from '../errors.ts';
import type { ErrorCode } from '../spec.ts';

export type Operation = 'ensure' | 'observe' | 'remove' | 'list' | 'readPower' | 'writePower' | 'readRoute' | 'writeRoute' | 'cut' | 'inspect';

type Failure = { readonly code: ErrorCode; readonly when: 'before' | 'after' };

/** What goes wrong at the site, on demand. Each fault is spent by the call that meets it, so that it cannot reach into another test. */
export class Faults {
  readonly #failures = new Map<Operation, Failure[]>();
  readonly #delays = new Map<Operation, number[]>();

  /** The next `times` such calls fail, and do nothing. */
  failNext(operation: Operation, code: ErrorCode, times = 1): void {
    queue(this.#failures, operation, { code, when: 'before' }, times);
  }

  /** The next such call does its work, and its reply never arrives. */
  loseNextReply(operation: Operation): void {
    queue(this.#failures, operation, { code: 'Unavailable', when: 'after' }, 1);
  }

  /** The next `times` such calls take this much longer; an abort ends them at once. */
  slow(operation: Operation, ms: number, times = 1): void {
    queue(this.#delays, operation, ms, times);
  }

  /** Runs one call through what was asked for. Rejects with AbortError, and does nothing, when the signal is aborted first. */
  async meet<T>(operation: Operation, signal: AbortSignal, work: () => T): Promise<T> {
    const ms = this.#delays.get(operation)?.shift();
    await (ms === undefined ? setImmediate(undefined, { signal }) : setTimeout(ms, undefined, { signal }));
    const failure = this.#failures.get(operation)?.shift();
    if (failure?.when === 'before') throw new DriverError(failure.code, `the site answered ${operation} with ${failure.code}`);
    const result = work();
    if (failure) throw new DriverError(failure.code, `the reply to ${operation} was lost`);
    return result;
  }
}

function queue<T>(queues: Map<Operation, T[]>, operation: Operation, fault: T, times: number): void {
  queues.set(operation, [...(queues.get(operation) ?? []), ...Array.from({ length: times }, () => fault)]);
}
