import type { Endpoint, Kind, ObjectRef, PowerRef, ResourceId, RouteValue } from '../providers/spec.ts';
import type { Phase } from './plan.ts';

/** How to undo one act, as data: kept in the run's memo so that the lock can undo for a run that was terminated. */
export type Undo =
  | { readonly do: 'remove'; readonly site: string; readonly kind: Kind; readonly id: ResourceId }
  | { readonly do: 'power'; readonly site: string; readonly component: string; readonly ref: PowerRef; readonly to: 'running' | 'stopped' | 'isolated' }
  | { readonly do: 'route'; readonly route: string; readonly value: RouteValue; readonly set: readonly Endpoint[] }
  | { readonly do: 'empty'; readonly prefix: ObjectRef }
  | { readonly do: 'script'; readonly name: string; readonly run: readonly string[]; readonly timeoutSeconds: number; readonly reads: readonly string[] };

export type Writer = 'source' | 'nobody' | 'target';

/** What must be known to bring everything back, by the run itself or by its lock. */
export interface RunState {
  readonly phase: Phase;
  /** Oldest first; undone newest first. */
  readonly undo: readonly Undo[];
  /** Who may write now. The target, once clients were sent to it in a live mode. */
  readonly writer: Writer;
  /** How the route stood before this run, once it was switched in a live mode. */
  readonly routeBefore?: RouteValue;
  /** Where this run has pointed it. */
  readonly routeSet?: readonly Endpoint[];
  /** The source has its data back and was started; what is left of the way home is the route. */
  readonly home?: true;
  /** Recovery point (its key) that each `<component>/<data>` at the target started from. */
  readonly startedFrom: Readonly<Record<string, string>>;
  /** Target components made by this run, in start order. */
  readonly made: readonly { readonly component: string; readonly id: ResourceId }[];
}

export const CLEAN: RunState = { phase: 'lock', undo: [], writer: 'source', startedFrom: {}, made: [] };

/** Clients were sent to the target: bringing back means moving data back too, never a plain undo (safety rule 4). */
export function needsFailback({ routeBefore, writer }: RunState): boolean {
  return routeBefore !== undefined && writer !== 'source';
}

export function describeUndo(undo: Undo): string {
  switch (undo.do) {
    case 'remove':
      return `remove ${undo.id.role} at ${undo.site}`;
    case 'power':
      return `bring ${undo.component} at ${undo.site} back to ${undo.to}`;
    case 'route':
      return `point ${undo.route} back to where it was`;
    case 'empty':
      return `empty ${undo.prefix.store}:${undo.prefix.key}`;
    case 'script':
      return `undo ${undo.name}`;
  }
}
