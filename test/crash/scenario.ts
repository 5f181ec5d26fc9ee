import type { CrashStand } from './crashStand.ts';
import type { Ran } from './drillOnce.ts';

/** One disturbance of one drill. */
export interface Scenario {
  readonly name: string;
  run(stand: CrashStand): Promise<Outcome>;
}

export interface Outcome {
  readonly verdict: string;
  readonly rtaSeconds?: number;
  readonly seconds: number;
  /** Empty when all is as it must be. */
  readonly problems: readonly string[];
}

export function outcomeOf({ result, status, seconds }: Ran, problems: readonly string[]): Outcome {
  return { verdict: result?.verdict ?? status, seconds, problems, ...(result?.rtaSeconds === undefined ? {} : { rtaSeconds: result.rtaSeconds }) };
}
