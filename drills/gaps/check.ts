import type { Evidence, Gap, Severity } from '../gap.ts';
import type { Plan } from '../plan.ts';
import type { Drill } from '../schema/drill.ts';
import type { Muster } from '../schema/muster.ts';
import type { Workload } from '../schema/workload.ts';

/** What static checks may look at: the files, and the plan made of them. */
export interface Files {
  readonly muster: Muster;
  readonly workload: Workload;
  readonly drill: Drill;
  readonly plan: Omit<Plan, 'gaps'>;
}

export interface Hit {
  readonly severity: Severity;
  readonly evidence: readonly Evidence[];
}

/** One row of the catalogue: ids and severity rules are the catalogue's. `seen` is what the check looks at. */
export interface GapCheck<Seen> {
  readonly id: string;
  readonly title: string;
  readonly remediation: string;
  find(seen: Seen): Hit | undefined;
}

const ORDER: readonly Severity[] = ['S1', 'S2', 'S3', 'S4'];

export function run<Seen>(checks: readonly GapCheck<Seen>[], seen: Seen, confidence: Gap['confidence']): Gap[] {
  return checks.flatMap(({ id, title, remediation, find }) => {
    const hit = find(seen);
    return hit ? [{ id, title, remediation, confidence, severity: hit.severity, evidence: hit.evidence }] : [];
  });
}

/** The worst of several; undefined for none. */
export function worst(hits: readonly (Hit | undefined)[]): Hit | undefined {
  const found = hits.filter((hit) => hit !== undefined);
  const [severity] = found.map((hit) => hit.severity).toSorted((a, b) => ORDER.indexOf(a) - ORDER.indexOf(b));
  return severity ? { severity, evidence: found.flatMap((hit) => hit.evidence) } : undefined;
}
