import { randomUUID } from 'node:crypto';
import type { Json } from './json.ts';
import { lastOf, linkOf, newId, stamp } from './names.ts';
import { refusals } from './refusal.ts';
import type { Timers } from './timers.ts';

/** What an operation ends with when it fails; it is never an error of the request. */
export interface Failure {
  readonly code: string;
  readonly message: string;
  readonly status: number;
  /** The status in words, such as `FORBIDDEN`. */
  readonly statusText: string;
  readonly details?: readonly Json[];
}

export interface Started {
  /** `insert`, `delete`, …; `bulkInsert` too. */
  readonly type: string;
  /** `projects/p/zones/z`, `projects/p/regions/r` or `projects/p/global`. */
  readonly scope: string;
  readonly target: string;
  readonly targetId?: string;
  readonly user: string;
  readonly ms: number;
  /** Half-way: what can already be seen. */
  readonly midway?: () => void;
  /** The work itself. What it gives is why it failed. */
  readonly finish: () => Promise<Failure | undefined> | Failure | undefined;
  readonly more?: () => Json;
}

class Operation {
  readonly name: string;
  readonly id = newId();
  readonly started: Started;
  readonly insertTime = Date.now();
  startTime: number | undefined;
  endTime: number | undefined;
  failure: Failure | undefined;
  /** The request's `requestId`, as the document says. */
  clientOperationId: string | undefined;
  readonly done = Promise.withResolvers<void>();

  constructor(started: Started) {
    this.started = started;
    // As Google's: operation-<milliseconds>-<13 hex>-<8>-<8>.
    const hex = randomUUID().replaceAll('-', '');
    this.name = `${started.scope}/operations/operation-${this.insertTime}-${hex.slice(0, 13)}-${hex.slice(13, 21)}-${hex.slice(21, 29)}`;
  }

  get view(): Json {
    const { type, scope, target, targetId, user, more } = this.started;
    const status = this.endTime !== undefined ? 'DONE' : this.startTime !== undefined ? 'RUNNING' : 'PENDING';
    const [, , kind, place] = scope.split('/');
    return {
      kind: 'compute#operation',
      id: this.id,
      name: lastOf(this.name),
      ...(this.clientOperationId === undefined ? {} : { clientOperationId: this.clientOperationId }),
      operationType: type,
      targetLink: linkOf(target),
      ...(targetId === undefined ? {} : { targetId }),
      status,
      progress: status === 'DONE' ? 100 : 0,
      user,
      insertTime: stamp(this.insertTime),
      ...(this.startTime === undefined ? {} : { startTime: stamp(this.startTime) }),
      ...(this.endTime === undefined ? {} : { endTime: stamp(this.endTime) }),
      selfLink: linkOf(this.name),
      ...(place === undefined ? {} : { [kind === 'zones' ? 'zone' : 'region']: linkOf(scope) }),
      ...more?.(),
      ...(this.failure && status === 'DONE' ? failed(this.failure) : {}),
    };
  }
}

function failed({ code, message, status, statusText, details }: Failure): Json {
  return {
    error: { errors: [{ code, message, ...(details === undefined ? {} : { errorDetails: details }) }] },
    httpErrorStatusCode: status,
    httpErrorMessage: statusText,
  };
}

/** How long `wait` holds a request at most: https://cloud.google.com/compute/docs/reference/rest/v1/zoneOperations/wait */
const WAIT_MS = 120_000;

/**
 * What takes time: PENDING, RUNNING, DONE. https://cloud.google.com/compute/docs/api/how-tos/api-requests-responses#handling_api_responses
 */
export class Operations {
  readonly #timers: Timers;
  readonly #all = new Map<string, Operation>();

  constructor(timers: Timers) {
    this.#timers = timers;
  }

  start(started: Started): Operation {
    const operation = new Operation(started);
    this.#all.set(operation.name, operation);
    const { ms, midway, finish } = started;
    this.#timers.after(ms * 0.2, () => (operation.startTime = Date.now()));
    this.#timers.after(ms * 0.6, () => midway?.());
    this.#timers.after(ms, () => {
      void (async () => {
        operation.startTime ??= Date.now();
        try {
          operation.failure = await finish();
        } catch (error) {
          const message = `Internal error: ${error instanceof Error ? error.message : String(error)}`;
          operation.failure = { code: 'INTERNAL_ERROR', message, status: 500, statusText: 'INTERNAL SERVER ERROR' };
        }
        operation.endTime = Date.now();
        operation.done.resolve();
      })();
    });
    return operation;
  }

  get(name: string): Operation {
    // By its number, too.
    const found = this.#all.get(name) ?? [...this.#all.values()].find(({ id, started }) => `${started.scope}/operations/${id}` === name);
    if (!found) throw refusals.notFound(name);
    return found;
  }

  in(scope: string): Operation[] {
    return [...this.#all.values()].filter(({ started }) => started.scope === scope);
  }

  async wait(name: string): Promise<Operation> {
    const operation = this.get(name);
    const limit = Promise.withResolvers<void>();
    const callOff = this.#timers.after(WAIT_MS, limit.resolve);
    await Promise.race([operation.done.promise, limit.promise]);
    callOff();
    return operation;
  }
}
export type { Operation };
