import { AsyncLocalStorage } from 'node:async_hooks';
import { CancelledFailure } from '@temporalio/common';

const scopes = new AsyncLocalStorage<Scope>();

/** Temporal's CancellationScope, as far as our workflows use it. */
export class Scope {
  readonly cancellable: boolean;
  readonly cancelRequested: Promise<never>;
  #requested = false;
  #reject: (error: CancelledFailure) => void = () => undefined;

  constructor({ cancellable = true, parent = scopes.getStore() }: { cancellable?: boolean; parent?: Scope | undefined } = {}) {
    this.cancellable = cancellable;
    this.cancelRequested = new Promise((_, reject) => {
      this.#reject = reject;
    });
    this.cancelRequested.catch(() => undefined);
    if (!parent?.cancellable) return;
    if (parent.#requested) this.cancel();
    else parent.cancelRequested.catch(() => this.cancel());
  }

  static current(): Scope {
    const scope = scopes.getStore();
    if (!scope) throw new TypeError('no workflow runs here');
    return scope;
  }

  static nonCancellable<R>(work: () => Promise<R>): Promise<R> {
    return new this({ cancellable: false }).run(work);
  }

  get consideredCancelled(): boolean {
    return this.#requested && this.cancellable;
  }

  run<R>(work: () => Promise<R>): Promise<R> {
    return scopes.run(this, work);
  }

  cancel(): void {
    this.#requested = true;
    this.#reject(new CancelledFailure('the scope was cancelled'));
  }
}
