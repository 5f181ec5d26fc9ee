import type { VantageActivities } from '../contract.ts';
import { runAwaitClean } from './awaitClean.ts';
import { runCanary } from './canary.ts';
import { finishing, heldByTemporal } from './held.ts';
import type { Place } from './hosted.ts';
import { runProbe } from './probe.ts';
import { runReadCanary } from './readCanary.ts';

export interface OutsideOptions {
  /** Absolute directory for a run's files on this vantage. */
  readonly folder: (runFolder: string) => string;
  /** Where commands of probes run; without it, in the run's folder. */
  readonly cwd?: string;
  /** All that probers and their commands see of the environment, such as PATH. */
  readonly env?: Readonly<Record<string, string>>;
  /** How long a prober goes on that no worker asks for. */
  readonly deadManSeconds?: number;
}

const DEAD_MAN_SECONDS = 60;

/** What a vantage worker serves: everything that looks at the workload from outside. */
export function createOutsideActivities({ folder, cwd, env = {}, deadManSeconds = DEAD_MAN_SECONDS }: OutsideOptions): VantageActivities {
  const placeOf = (runFolder: string): Place => ({ folder: folder(runFolder), cwd: cwd ?? folder(runFolder), env, deadManSeconds });
  return {
    probe: ({ finish, ...input }) => heldByTemporal((held) => runProbe(input, placeOf(input.runFolder), finish ? finishing(held) : held)),
    canary: ({ finish, ...input }) => heldByTemporal((held) => runCanary(input, placeOf(input.runFolder), finish ? finishing(held) : held)),
    awaitClean: (input) => heldByTemporal((held) => runAwaitClean(input, folder(input.runFolder), held)),
    readCanary: (input) => heldByTemporal((held) => runReadCanary(input, folder(input.runFolder), held)),
  };
}
