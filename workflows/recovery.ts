import type { Happening } from '../drills/journal.ts';
import type { Plan } from '../drills/plan.ts';
import type { RunState, Undo } from '../drills/undo.ts';
import type { Mark } from '../providers/spec.ts';

/** What bringing everything back needs: given by the run, or by its lock when the run is gone. */
export interface Recovery {
  readonly plan: Plan;
  readonly mark: Mark;
  readonly state: RunState;
  /** Keeps the state where it survives the run, before the act that it is about. */
  keep(change: Partial<RunState>): void;
  note(happening: Happening, at?: string): void;
  /** Told of every error that is tolerated, so that a broken runner is never taken for a failed drill. */
  fault(error: unknown): void;
}

export function addUndo(recovery: Recovery, ...undo: readonly Undo[]): void {
  recovery.keep({ undo: [...recovery.state.undo, ...undo] });
}

/** Routes that must never point at something which is removed. */
export function guardedRoutes(plan: Plan): string[] {
  return [...new Set([plan.route, ...(plan.switches ? [plan.switches] : [])])];
}
