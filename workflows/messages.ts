import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { Phase } from '../drills/plan.ts';

/** Who asks, by their own word: Temporal does not tell a workflow who sent an update. */
export interface Asked {
  readonly by: string;
  readonly reason?: string;
}

export interface AskedForStep extends Asked {
  readonly step: string;
}

export interface AskedWithReason extends Asked {
  readonly reason: string;
}

export type StepState = 'waiting' | 'running' | 'paused' | 'done' | 'failed' | 'skipped' | 'aborted';

export interface StepStatus {
  readonly name: string;
  readonly phase: Phase;
  readonly state: StepState;
  readonly startedAt?: string;
  readonly endedAt?: string;
  readonly error?: string;
}

/** A run as it stands, for `muster status` and the live view. */
export interface RunStatus {
  readonly phase: Phase;
  readonly steps: readonly StepStatus[];
  readonly waitingFor?:
    | { readonly what: 'approval'; readonly step: string; readonly role: string; readonly people: readonly string[]; readonly until: string }
    | { readonly what: 'decision'; readonly step: string; readonly error: string; readonly until: string };
  /** When the disruption was issued; the clock against the RTO starts here. */
  readonly t0?: string;
  readonly recoveredAt?: string;
  readonly stopping?: string;
}

export const approve = defineUpdate<string, [Asked]>('approve');
export const reject = defineUpdate<string, [AskedWithReason]>('reject');
export const abort = defineUpdate<string, [AskedWithReason]>('abort');
export const retry = defineUpdate<string, [AskedForStep]>('retry');
export const skip = defineUpdate<string, [AskedForStep & AskedWithReason]>('skip');
export const status = defineQuery<RunStatus>('status');

/** The run lets its lock go: `clean` or still holding something that needs a person. */
export const release = defineSignal<[{ readonly clean: boolean }]>('release');
/** Asks a dirty lock to try again now. */
export const tryAgain = defineSignal('tryAgain');
