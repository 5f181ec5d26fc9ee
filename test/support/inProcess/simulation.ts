import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { ActivityFailure, ApplicationFailure, CancelledFailure, RetryState } from '@temporalio/common';
import { ProviderError } from '../../../providers/errors.ts';
import type { RunState } from '../../../drills/undo.ts';
import { during } from '../fakes/pause.ts';
import type { Ordered } from '../undoFaults.ts';
import type { Scope } from './scope.ts';

/** A second of a workflow's timers lasts a millisecond here. */
const FASTER = 1000;

/** Ended when their run is gone, as a heartbeat that nobody takes tells them. */
const ENDLESS: ReadonlySet<string> = new Set(['probe', 'canary', 'awaitClean']);

type Activity = (input: unknown) => Promise<unknown>;

export interface ActivityOptions {
  readonly summary?: string;
  readonly retry?: { readonly maximumAttempts?: number };
}

/**
 * One run of a workflow without Temporal: our workflow code as it is, on activities called in this process. It knows no
 * replay and no task queue; what it gives is the order of things, a thousand times a minute.
 */
export class Simulation {
  readonly workflowId: string;
  readonly workflow: 'drill' | 'lock';
  readonly handlers = new Map<string, { readonly run: (...args: never[]) => unknown; readonly validator?: (...args: never[]) => void }>();
  /** What a history would tell. */
  readonly events: Ordered[] = [];
  readonly attributes: Record<string, unknown[]> = {};
  readonly #activities: Readonly<Record<string, Activity>>;
  /** Names of locks that are held, and by whom, in the whole world. */
  readonly locks: Map<string, string>;
  #memo: RunState | undefined;
  readonly #endless = new Set<AbortController>();
  #terminated = false;

  constructor(workflow: Simulation['workflow'], workflowId: string, activities: object, locks: Map<string, string>) {
    this.workflow = workflow;
    this.workflowId = workflowId;
    this.#activities = activities as Record<string, Activity>;
    this.locks = locks;
  }

  get state(): RunState | undefined {
    return this.#memo;
  }

  keep(state: RunState): void {
    this.#memo = structuredClone(state);
    this.events.push({ state: this.#memo });
  }

  /** As somebody does in the UI: nothing more is ordered, what was ordered comes to its end. */
  terminate(): void {
    this.#terminated = true;
    for (const each of this.#endless) each.abort();
  }

  async execute(scope: Scope, activity: string, { summary = '', retry = {} }: ActivityOptions, [input]: readonly unknown[]): Promise<unknown> {
    if (scope.consideredCancelled) throw new CancelledFailure('the scope was cancelled before it was ordered');
    this.events.push({ activity, summary, input: copied(input) });
    const cancel = new AbortController();
    if (scope.cancellable) scope.cancelRequested.catch(() => cancel.abort());
    if (ENDLESS.has(activity)) this.#endless.add(cancel);
    for (let attempt = 1; ; attempt++) {
      if (this.#terminated) return new Promise(() => undefined);
      try {
        const result = await during({ signal: cancel.signal, finish: () => cancel.signal.aborted }, () => this.#activities[activity]!(copied(input)));
        if (this.#terminated) return new Promise(() => undefined);
        return copied(result);
      } catch (error) {
        if (this.#terminated) return new Promise(() => undefined);
        if (cancel.signal.aborted && error instanceof Error && error.name === 'AbortError') throw failure(activity, new CancelledFailure('cancelled'));
        const named = nameOf(error);
        if (named.nonRetryable || cancel.signal.aborted || attempt >= (retry.maximumAttempts ?? 3)) throw failure(activity, named);
      }
    }
  }

  async sleep(scope: Scope, ms: number): Promise<void> {
    const end = new AbortController();
    if (scope.cancellable) scope.cancelRequested.catch(() => end.abort());
    if (scope.consideredCancelled) throw new CancelledFailure('cancelled');
    await sleep(ms / FASTER, undefined, { signal: end.signal, ref: false }).catch(() => {
      throw new CancelledFailure('cancelled');
    });
  }

  async condition(scope: Scope, holds: () => boolean, ms = Infinity): Promise<boolean> {
    const end = performance.now() + ms / FASTER;
    while (!holds()) {
      if (this.#terminated) return new Promise(() => undefined);
      if (scope.consideredCancelled) throw new CancelledFailure('cancelled');
      if (performance.now() >= end) return false;
      await sleep(1);
    }
    return true;
  }

  /** What an operator asks; throws what the run says against it. */
  ask(update: string, ...args: readonly unknown[]): unknown {
    const handler = this.handlers.get(update);
    if (!handler) throw new RangeError(`no handler of ${update}`);
    handler.validator?.(...(args as never[]));
    return handler.run(...(args as never[]));
  }
}

const simulations = new AsyncLocalStorage<Simulation>();

export function simulation(): Simulation {
  const running = simulations.getStore();
  if (!running) throw new TypeError('no simulation runs here');
  return running;
}

export function simulating<R>(each: Simulation, work: () => Promise<R>): Promise<R> {
  return simulations.run(each, work);
}

/** What passes through a history. */
function copied<T>(value: T): T {
  return value === undefined ? value : (JSON.parse(JSON.stringify(value)) as T);
}

function nameOf(error: unknown): ApplicationFailure {
  if (error instanceof ApplicationFailure) return error;
  if (error instanceof ProviderError) return ApplicationFailure.create({ type: error.code, message: error.message, nonRetryable: error.advice !== 'retry' });
  return ApplicationFailure.create({ type: error instanceof Error ? error.name : 'Error', message: String(error) });
}

function failure(activity: string, cause: Error): ActivityFailure {
  return new ActivityFailure(`${activity} failed`, activity, activity, RetryState.NON_RETRYABLE_FAILURE, undefined, cause);
}
