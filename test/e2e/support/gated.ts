import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ActivityInterceptorsFactory } from '@temporalio/worker';
import { z } from 'zod';

export const GATES_ENV = 'MUSTER_TEST_GATES';

const LOOK_MS = 50;

const gate = z.object({
  /** How the ids of the drill's runs begin. */
  run: z.string(),
  activity: z.string(),
  /** Which of its type in the run, from 1. */
  nth: z.number(),
});
export type Gate = z.infer<typeof gate>;

/** Gates as files: `<name>.gate` is shut, `<name>.reached` says that somebody stands before it, `<name>.open` lets him through. */
export class Gates {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  shut(name: string, where: Gate): void {
    writeFileSync(this.#file(name, 'gate'), JSON.stringify(where));
  }

  async reached(name: string, withinSeconds = 90): Promise<void> {
    for (const end = performance.now() + withinSeconds * 1000; !existsSync(this.#file(name, 'reached')); await sleep(LOOK_MS)) {
      if (performance.now() > end) throw new Error(`gate ${name} was not reached within ${withinSeconds} s`);
    }
  }

  open(name: string): void {
    writeFileSync(this.#file(name, 'open'), '');
  }

  #file(name: string, kind: 'gate' | 'reached' | 'open'): string {
    return join(this.#folder, `${name}.${kind}`);
  }
}

/** Holds an activity at its entry as long as its gate is shut. A cancelled one goes away from the gate. */
export function gated(folder: string): ActivityInterceptorsFactory {
  const counts = new Map<string, number>();
  return ({ info, cancellationSignal, heartbeat }) => ({
    inbound: {
      async execute(input, next) {
        if (info.attempt > 1) return next(input);
        const { workflowId = '' } = info.workflowExecution ?? {};
        const key = `${workflowId} ${info.activityType}`;
        const nth = (counts.get(key) ?? 0) + 1;
        counts.set(key, nth);
        const name = shutGates(folder).find(
          ([, { run, activity, nth: which }]) => workflowId.startsWith(run) && activity === info.activityType && which === nth,
        )?.[0];
        if (name === undefined) return next(input);
        writeFileSync(join(folder, `${name}.reached`), workflowId);
        while (!existsSync(join(folder, `${name}.open`))) {
          heartbeat();
          await sleep(LOOK_MS, undefined, { signal: cancellationSignal });
        }
        return next(input);
      },
    },
  });
}

/** Those that nobody has come to yet: one gate holds one activity. */
function shutGates(folder: string): [string, Gate][] {
  return readdirSync(folder).flatMap((file): [string, Gate][] => {
    const name = /^(.*)\.gate$/.exec(file)?.[1];
    if (name === undefined || existsSync(join(folder, `${name}.reached`))) return [];
    return [[name, gate.parse(JSON.parse(readFileSync(join(folder, file), 'utf8')))]];
  });
}
