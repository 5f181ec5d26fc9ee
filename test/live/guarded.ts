import type { Driver } from '../../providers/driver.ts';
import { DriverError } from '../../providers/errors.ts';
import type { ResourceId } from '../../providers/spec.ts';

/** Counts machines that were asked for and not asked away, over all drivers that share it. */
export class Guard {
  readonly #most: number;
  readonly #machines = new Map<string, number>();

  constructor(most: number) {
    this.#most = most;
  }

  /** The same driver, which starts no more than are allowed at once. Restoring at a start needs a store, which a live run has not. */
  watch(driver: Driver): Driver {
    const { workload } = driver.owned;
    if (!workload) return driver;
    return {
      ...driver,
      capabilities: { ...driver.capabilities, restoresOnStart: false },
      owned: {
        ...driver.owned,
        workload: {
          ...workload,
          ensure: async (id, spec, call) => {
            call.signal.throwIfAborted();
            this.#count(id, spec.replicas);
            return workload.ensure(id, spec, call);
          },
          remove: async (id, call) => {
            await workload.remove(id, call);
            this.#machines.delete(keyOf(id));
          },
        },
      },
    };
  }

  #count(id: ResourceId, replicas: number): void {
    const others = [...this.#machines].filter(([key]) => key !== keyOf(id)).reduce((sum, [, each]) => sum + each, 0);
    if (others + replicas > this.#most) throw new DriverError('Quota', `${others} machines are there, and this live run may have ${this.#most} at once`);
    this.#machines.set(keyOf(id), replicas);
  }
}

function keyOf({ owner, role, generation }: ResourceId): string {
  return JSON.stringify([owner.installation, owner.run, role, generation]);
}
