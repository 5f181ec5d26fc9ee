import type { Capabilities, DataSet, Locator, ObjectRef, PowerRef, WorkloadSpec } from '../providers/spec.ts';
import type { Gap } from './gap.ts';
import type { CanarySpec, ProbeSpec } from './probing.ts';
import type { Approval } from './schema/drill.ts';
import type { Mode } from './schema/names.ts';

export const PHASES = [
  'lock',
  'preflight',
  'baseline',
  'disrupt',
  'fence',
  'restore',
  'start',
  'cutover',
  'verify',
  'failback',
  'cleanup',
  'sweep',
  'conclude',
] as const;
export type Phase = (typeof PHASES)[number];

/** What a step does. The workflow answers each one in `workflows/steps/`. */
export type Uses =
  | 'lock'
  | 'preflight'
  | 'baseline'
  | 'approve'
  | 'disrupt'
  | 'fence'
  | 'restore'
  | 'isolate'
  | 'start'
  | 'cutover'
  | 'hold'
  | 'verify'
  | 'canary-read'
  | 'failback'
  | 'cleanup'
  | 'sweep'
  | 'conclude'
  | 'script';

export interface ScriptRun {
  readonly run: readonly string[];
  readonly undo?: readonly string[];
  readonly repeat: 'safe' | 'never';
  readonly timeoutSeconds: number;
  readonly reads: readonly string[];
}

export interface PlannedStep {
  readonly name: string;
  readonly phase: Phase;
  readonly uses: Uses;
  /** Fixed steps cannot be skipped, replaced or moved past. */
  readonly fixed: boolean;
  readonly site?: string;
  readonly component?: string;
  /** Steps of one phase and one wave run at the same time. */
  readonly wave: number;
  /** How long it may take; also the estimate where history knows nothing better. */
  readonly withinSeconds: number;
  readonly script?: ScriptRun;
  readonly approval?: Approval;
  /** What it makes or touches, for `muster plan`; empty = nothing. */
  readonly touches: string;
}

/** A component by reference: what `needs` and `self` stand for is not known yet. */
export type ComponentRef = Omit<WorkloadSpec<Locator, ObjectRef>, 'network' | 'data' | 'image'> & {
  readonly images: Readonly<Record<string, string>>;
  readonly data: Readonly<Record<string, Omit<DataSet<Locator, ObjectRef>, 'restore'> & { readonly restore: 'latest' | 'none' }>>;
  readonly needs: readonly string[];
  readonly required: boolean;
  readonly publicPort?: string;
  readonly health?: { readonly path?: string; readonly port: string; readonly withinSeconds: number };
};

export interface PlannedSite {
  readonly site: string;
  readonly provider: string;
  readonly vendor: string;
  readonly location: string;
  readonly capabilities: Capabilities;
  /** Component to what runs it standing there. */
  readonly standing: Readonly<Record<string, PowerRef>>;
}

/** What a run is given: everything decided before the start, nothing secret. Changed files never change a running drill. */
export interface Plan {
  readonly version: 1;
  readonly installation: string;
  readonly drill: { readonly name: string; readonly sha256: string };
  readonly workload: string;
  readonly mode: Mode;
  readonly environment: 'real' | 'emulated';
  readonly requestedBy: string;
  readonly trigger: 'on demand' | 'schedule';
  readonly from: PlannedSite;
  readonly to: PlannedSite;
  /** The route this mode switches; absent in `rehearse`. */
  readonly switches?: string;
  /** The route that clients use. */
  readonly route: string;
  /** Where clients of this mode go: the live route, or the drill's in `isolated`. */
  readonly clientUrl: string;
  readonly objectives: { readonly rtoSeconds: number; readonly rpoSeconds: number; readonly holdSeconds: number };
  readonly components: readonly ComponentRef[];
  /** Asked through the live route; in `isolated`, `drillProbes` ask through the drill's. */
  readonly probes: readonly ProbeSpec[];
  readonly drillProbes: readonly ProbeSpec[];
  readonly vantages: readonly string[];
  readonly canary?: CanarySpec;
  /** The canary's list request through the drill route. */
  readonly drillCanaryList?: CanarySpec['list'];
  readonly roles: Readonly<Record<string, readonly string[]>>;
  readonly guards: readonly { readonly name: string; readonly run: readonly string[]; readonly timeoutSeconds: number }[];
  readonly verify: readonly { readonly name: string; readonly run: readonly string[]; readonly timeoutSeconds: number; readonly reads: readonly string[] }[];
  readonly steps: readonly PlannedStep[];
  readonly deadlineSeconds: number;
  readonly patienceSeconds: number;
  readonly limitSeconds: number;
  readonly unfenced?: string;
  readonly declaredLost?: { readonly by: string; readonly how: string };
  readonly gaps: readonly Gap[];
}
