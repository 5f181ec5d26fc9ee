import type { CanaryReading, CanarySpec, CanarySummary, IdentityRule, ProbeSpec, ProbeSummary } from '../drills/probing.ts';
import type { Entry, Witness } from '../drills/journal.ts';
import type { Plan } from '../drills/plan.ts';
import type { Gap } from '../drills/gap.ts';
import type { ShortForm } from '../drills/record.ts';
import type {
  Found,
  Kind,
  Locator,
  MarkFilter,
  NetworkSpec,
  ObjectRef,
  Observation,
  PowerRef,
  PowerState,
  PowerTarget,
  ResourceId,
  Route,
  RouteValue,
  WorkloadSpec,
} from '../providers/spec.ts';
import type { RunState } from '../drills/undo.ts';

/** Specs as histories hold them: files and objects by reference. */
export interface RefSpecs {
  workload: WorkloadSpec<Locator, ObjectRef>;
  network: NetworkSpec;
}

export interface HealthCheck {
  readonly path?: string;
  readonly port: string;
  readonly withinSeconds: number;
}

export interface EnsureInput<K extends Kind = Kind> {
  readonly site: string;
  readonly kind: K;
  readonly id: ResourceId;
  readonly spec: RefSpecs[K];
  readonly withinSeconds: number;
  readonly health?: HealthCheck;
  /** Fixed by the workflow: URLs signed at it are the same at every attempt. */
  readonly signedAt: string;
}

export interface Ready<K extends Kind = Kind> {
  readonly observation: Extract<Observation<K>, { phase: 'ready' }>;
  /** ISO instants: first seen ready, and first healthy inside. */
  readonly readyAt: string;
  readonly healthyAt: string;
}

export interface PowerInput {
  readonly site: string;
  readonly ref: PowerRef;
  readonly to: PowerTarget;
  readonly withinSeconds: number;
  readonly restore?: Readonly<Record<string, Locator>>;
  readonly health?: HealthCheck;
}

export interface PowerDone {
  readonly before: PowerState;
  readonly after: PowerState;
  /** ISO instant just before the order was given. */
  readonly issuedAt: string;
}

export interface RecoveryPoint extends Locator {
  /** ISO instant at which the bytes were consistent. */
  readonly consistentAt: string;
}

export interface FenceInput {
  readonly site: string;
  /** Component name to what runs it; empty when the source is declared lost and is not to be called. */
  readonly power: Readonly<Record<string, PowerRef>>;
  /** Data set name to its lease. */
  readonly leases: Readonly<Record<string, { readonly at: ObjectRef; readonly ttlSeconds: number }>>;
  /** How long the one call to the source may take. */
  readonly callSeconds: number;
  /** It did not answer before: it is called only when its leases do not end. */
  readonly lost?: boolean;
}

export interface FenceSeen {
  readonly what: string;
  readonly witness?: Witness;
  readonly detail: string;
}

export interface ScriptInput {
  readonly name: string;
  readonly run: readonly string[];
  readonly timeoutSeconds: number;
  /** Names that it may read from the worker's environment. */
  readonly reads: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

export interface ScriptDone {
  readonly ok: boolean;
  readonly exitCode: number | null;
  /** Last lines of its output, secrets taken out. */
  readonly output: string;
}

export interface Check {
  readonly name: string;
  readonly ok: boolean;
  readonly blocking: boolean;
  readonly detail: string;
}

export interface EvidenceInput {
  readonly plan: Plan;
  readonly run: { readonly workflowId: string; readonly runId: string };
  readonly startedAt: string;
  readonly entries: readonly Entry[];
}

/** What is known of a run by its id: `unknown` is not closed. */
export interface RunSeen {
  readonly status: 'open' | 'closed' | 'unknown';
  readonly state?: RunState;
  readonly detail: string;
}

/** What workflows may ask of a worker on the main task queue. */
export interface Activities {
  /** Readiness of both sites, route, store and runner; nothing is changed. */
  preflight(plan: Plan): Promise<{ readonly checks: readonly Check[]; readonly gaps: readonly Gap[] }>;
  /** Starts or adopts, then waits until ready and healthy inside. Safe to repeat. */
  ensureReady<K extends Kind>(input: EnsureInput<K>): Promise<Ready<K>>;
  /** Removes and waits until it is gone. Refused with Denied for what a route points at. Absent is success. */
  remove(input: {
    readonly site: string;
    readonly kind: Kind;
    readonly id: ResourceId;
    readonly routes: readonly string[];
  }): Promise<{ readonly nativeId?: string }>;
  /** Writes power and waits until it is seen. Safe to repeat: what is there already is success. */
  setPower(input: PowerInput): Promise<PowerDone>;
  readPower(input: { readonly site: string; readonly ref: PowerRef }): Promise<PowerState>;
  readRoute(input: { readonly route: string }): Promise<Route>;
  /** Compare-and-set; finding the wanted value there already is success. */
  switchRoute(input: { readonly route: string; readonly value: RouteValue; readonly expected: string }): Promise<Route>;
  /** Puts the value back whatever stands there now. Only for undo. */
  restoreRoute(input: { readonly route: string; readonly value: RouteValue }): Promise<Route>;
  /** Cuts what is connected to these targets; false where the route's driver cannot. */
  cutRoute(input: { readonly route: string; readonly targets: RouteValue['targets'] }): Promise<boolean>;
  /** Newest under the prefix, not after `notAfter`; undefined when there is none. */
  latestRecoveryPoint(input: { readonly prefix: ObjectRef; readonly notAfter?: string }): Promise<RecoveryPoint | undefined>;
  /** Waits for one that is consistent after an instant; undefined when there was none in time. */
  awaitRecoveryPoint(input: { readonly prefix: ObjectRef; readonly after: string; readonly withinSeconds: number }): Promise<RecoveryPoint | undefined>;
  /** One result for each thing to fence; without `witness` it is not fenced. */
  witnessFence(input: FenceInput): Promise<readonly FenceSeen[]>;
  runScript(input: ScriptInput): Promise<ScriptDone>;
  /** What carries the mark at the site; `unknown` when the site cannot be seen. */
  leftovers(input: { readonly site: string; readonly filter: MarkFilter }): Promise<{ readonly found: readonly Found[] | 'unknown'; readonly detail: string }>;
  /** Removes a drill's own objects under `drill/<mark>/` in a store. */
  emptyPrefix(input: { readonly prefix: ObjectRef }): Promise<number>;
  /** Computes the record, writes it with journal and reports, and returns its short form. */
  writeEvidence(input: EvidenceInput): Promise<ShortForm>;
  /** Endpoints of live routes' names, and the mark's open runs: what the sweeper must know. */
  lookUpRun(input: { readonly mark: string } | { readonly workflowId: string; readonly runId?: string }): Promise<RunSeen>;
  /** Waits until a workflow is closed. */
  awaitClosed(input: { readonly workflowId: string }): Promise<void>;
  /** Who holds a lock, from its memo. */
  holderOf(input: { readonly lock: string }): Promise<string>;
  /** Whether every site, store and route of muster.yaml can be reached with the worker's credentials, and its clock. */
  examine(): Promise<{ readonly workerClock: string; readonly reached: readonly { readonly what: string; readonly ok: boolean; readonly detail: string }[] }>;
  /** Sites and installation that this worker is configured for. */
  configuration(): Promise<{ readonly installation: string; readonly sites: readonly string[]; readonly routes: readonly string[] }>;
}

export interface ReadCanaryInput {
  readonly runFolder: string;
  readonly vantage: string;
  readonly list: CanarySpec['list'];
  readonly identity?: IdentityRule;
  readonly tenant: string;
  readonly timeoutSeconds: number;
  /** Only markers acknowledged by this site count as asked for. */
  readonly site?: string;
  /** ISO instant: only markers acknowledged before it. Those acknowledged after the list was asked for never count. */
  readonly until?: string;
  /** Site that must answer. */
  readonly expect?: string;
}

/** What a vantage worker does, on a task queue of its own. */
export interface VantageActivities {
  /** Probes until it is cancelled, then returns what it saw. With `finish` it ends at once, for one that died when it was to end. */
  probe(input: { readonly runFolder: string; readonly vantage: string; readonly spec: ProbeSpec; readonly finish?: boolean }): Promise<ProbeSummary>;
  canary(input: { readonly runFolder: string; readonly vantage: string; readonly spec: CanarySpec; readonly finish?: boolean }): Promise<CanarySummary>;
  awaitClean(input: {
    readonly runFolder: string;
    readonly vantage: string;
    readonly probe: string;
    readonly site?: string;
    readonly notBefore: string;
    readonly holdSeconds: number;
    readonly deadlineSeconds: number;
  }): Promise<{ readonly met: boolean; readonly start?: string; readonly detail: string }>;
  /** Reads the markers back through the workload's own list and compares them with the ledger. */
  readCanary(input: ReadCanaryInput): Promise<CanaryReading>;
}
