import { randomUUID } from 'node:crypto';
import { ArmError } from './armError.ts';

/** https://learn.microsoft.com/azure/azure-resource-manager/management/async-operations */
export interface Operation {
  readonly id: string;
  readonly startTime: Date;
  /** What it is about is gone at its end. */
  readonly deletes: boolean;
  endTime?: Date;
  status: 'InProgress' | 'Succeeded' | 'Failed';
  error?: ArmError;
  /** What it was about, as the place of its result shows it. */
  shows?(): object;
  /** Ends it now: what was to happen at its end does not. */
  preempt(): void;
}

interface Work {
  /** Milliseconds until it ends. */
  readonly ms: number;
  /** It ends no earlier than this is done. */
  readonly until?: Promise<void>;
  readonly deletes?: boolean;
  shows?(): object;
  /** Why it fails at its end. */
  readonly failure?: ArmError;
  /** At its end, before it shows as ended; with why it failed. */
  finish(failed: ArmError | undefined): void;
}

/** All operations that take their time. */
export class LongRunning {
  readonly #all = new Map<string, Operation>();
  readonly #timers = new Set<NodeJS.Timeout>();

  begin({ ms, until, deletes = false, shows, failure, finish }: Work): Operation {
    const operation: Operation = {
      id: randomUUID(),
      startTime: new Date(),
      deletes,
      ...(shows && { shows }),
      status: 'InProgress',
      preempt() {
        end(new ArmError(409, 'OperationPreempted', 'Operation execution has been preempted by a more recent operation.'));
      },
    };
    const end = (error: ArmError | undefined): void => {
      if (operation.status !== 'InProgress') return;
      clearTimeout(timer);
      this.#timers.delete(timer);
      operation.status = error ? 'Failed' : 'Succeeded';
      operation.endTime = new Date();
      if (error) operation.error = error;
    };
    const conclude = async (): Promise<void> => {
      let error = failure;
      await until?.catch((reason: unknown) => {
        const text = reason instanceof Error ? reason.message : String(reason);
        error ??= new ArmError(500, 'InternalExecutionError', `An internal execution error occurred: ${text}`);
      });
      if (operation.status !== 'InProgress') return;
      finish(error);
      end(error);
    };
    const timer = setTimeout(() => void conclude(), ms);
    // Its failure is told at the end, not before.
    until?.catch(() => undefined);
    this.#timers.add(timer);
    this.#all.set(operation.id, operation);
    return operation;
  }

  get(id: string): Operation | undefined {
    return this.#all.get(id);
  }

  stop(): void {
    for (const timer of this.#timers) clearTimeout(timer);
  }
}

export function statusOf({ id, startTime, endTime, status, error }: Operation): Readonly<Record<string, unknown>> {
  return { name: id, startTime, ...(endTime && { endTime }), status, ...(error && { error: error.body }) };
}
