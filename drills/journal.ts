import type { Endpoint, ErrorCode, Found, ResourceId } from '../providers/spec.ts';
import type { Gap } from './gap.ts';
import type { Phase, Uses } from './plan.ts';
import type { CanaryReading, CanarySummary, ProbeSummary } from './probing.ts';
import type { Mode } from './schema/names.ts';

/** T0 disruption · T1 detected · T2 approved · T3 first recovery action · T4 target runs · T5 healthy inside · T6 traffic pointed · T8 verified · T9 failback done · T10 clean. T7 is measured. */
export type ClockPoint = 't0' | 't1' | 't2' | 't3' | 't4' | 't5' | 't6' | 't7' | 't8' | 't9' | 't10';

export type Witness = 'power off' | 'lease expired' | 'lease released' | 'declared lost';

/** What happened. Measures, verdict and record are computed from these and from nothing else. */
export type Happening =
  | {
      readonly type: 'planned';
      readonly mode: Mode;
      readonly from: string;
      readonly to: string;
      readonly objectives: { readonly rtoSeconds: number; readonly rpoSeconds: number; readonly holdSeconds: number };
      readonly required: readonly string[];
      readonly vantages: readonly string[];
      readonly canary: boolean;
      readonly verifies: readonly string[];
      readonly identity: boolean;
      readonly declaredLost: boolean;
    }
  | { readonly type: 'locked'; readonly holder: string }
  | { readonly type: 'phase'; readonly phase: Phase }
  | {
      readonly type: 'step';
      readonly name: string;
      readonly uses: Uses;
      readonly phase: Phase;
      readonly site?: string;
      readonly startedAt: string;
      readonly endedAt: string;
      readonly attempts: number;
      readonly result: 'done' | 'failed' | 'skipped' | 'aborted';
      readonly error?: string;
    }
  /** A guard or a preflight check; `blocking` ones stop the run before anything is touched. */
  | { readonly type: 'check'; readonly name: string; readonly ok: boolean; readonly blocking: boolean; readonly detail: string }
  | { readonly type: 'baseline'; readonly green: boolean; readonly detail: string }
  | { readonly type: 'clock'; readonly point: Exclude<ClockPoint, 't7' | 't1'> }
  | {
      readonly type: 'approval';
      readonly by: string;
      readonly asserted: boolean;
      readonly before: string;
      readonly askedAt: string;
      readonly decision: 'approved' | 'rejected' | 'expired';
      readonly reason?: string;
    }
  | { readonly type: 'fenced'; readonly what: string; readonly witness: Witness; readonly detail: string }
  | { readonly type: 'unfenced'; readonly what: string; readonly missing: string }
  | {
      readonly type: 'recovery-point';
      readonly component: string;
      readonly data: string;
      readonly key: string;
      readonly consistentAt: string;
      readonly way: 'out' | 'back';
    }
  | {
      readonly type: 'component';
      readonly component: string;
      readonly site: string;
      readonly required: boolean;
      readonly ready: boolean;
      readonly code?: ErrorCode;
      readonly detail: string;
    }
  | { readonly type: 'route'; readonly route: string; readonly targets: readonly Endpoint[]; readonly way: 'out' | 'back' }
  /** `met` = a clean hold window was seen live; without it by the deadline the service did not recover. */
  | { readonly type: 'hold'; readonly way: 'out' | 'back'; readonly met: boolean; readonly detail: string }
  | { readonly type: 'verified'; readonly name: string; readonly ok: boolean; readonly detail: string }
  | { readonly type: 'failback'; readonly ok: boolean; readonly startedAt: string; readonly detail: string }
  | { readonly type: 'probes'; readonly route: 'live' | 'drill'; readonly summary: ProbeSummary }
  | { readonly type: 'probe-lost'; readonly vantage: string; readonly probe: string; readonly detail: string }
  | { readonly type: 'canary'; readonly summary: CanarySummary }
  | { readonly type: 'canary-read'; readonly way: 'out' | 'back'; readonly reading: CanaryReading }
  | { readonly type: 'canary-unread'; readonly way: 'out' | 'back'; readonly detail: string }
  | { readonly type: 'created' | 'removed'; readonly site: string; readonly id: ResourceId; readonly nativeId: string }
  | { readonly type: 'retained'; readonly site: string; readonly what: string; readonly why: string }
  | { readonly type: 'leftovers'; readonly site: string; readonly found: readonly Found[] | 'unknown'; readonly detail: string }
  | { readonly type: 'gap'; readonly gap: Gap }
  | { readonly type: 'finding'; readonly text: string }
  | { readonly type: 'deviation'; readonly step: string; readonly by: string; readonly text: string }
  | { readonly type: 'stopped'; readonly how: 'abort' | 'cancel' | 'rejected' | 'expired'; readonly by: string; readonly reason: string }
  /** The run's own time limit passed, or a failed step found nobody to decide. */
  | { readonly type: 'gave-up'; readonly reason: string };

export type Entry = Happening & { readonly at: string };

export class Journal {
  readonly #entries: Entry[] = [];

  /** `at` is an ISO instant; without it, now. */
  add(happening: Happening, at: string = new Date().toISOString()): void {
    this.#entries.push({ ...happening, at });
  }

  get entries(): readonly Entry[] {
    return this.#entries;
  }
}

export function all<T extends Happening['type']>(entries: readonly Entry[], type: T): Extract<Entry, { type: T }>[] {
  return entries.filter((entry): entry is Extract<Entry, { type: T }> => entry.type === type);
}
