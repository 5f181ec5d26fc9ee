import { all, type Entry } from './journal.ts';
import { endOf } from './measures/facts.ts';
import { measure, type Measures } from './measures/measures.ts';
import { judgedRpa } from './measures/rpa.ts';
import type { Plan, PlannedSite } from './plan.ts';
import { mergeGaps } from './record/gaps.ts';
import { resourcesOf } from './record/resources.ts';
import type { DrillRecord } from './record/schema.ts';
import { verdict, type Outcome } from './verdict.ts';

export { type DrillRecord, drillRecord } from './record/schema.ts';

/** The record of a run that has ended, from its plan and its journal. */
export function makeRecord(
  plan: Plan,
  run: { readonly workflowId: string; readonly runId: string },
  entries: readonly Entry[],
  startedAt: string,
): DrillRecord {
  const measures = measure(entries);
  const { outcome, reasons } = verdict(entries);
  const { rtoSeconds: rto, rpoSeconds: rpo, holdSeconds: hold } = plan.objectives;
  return {
    schemaVersion: 1,
    run: { workflowId: run.workflowId, runId: run.runId },
    installation: plan.installation,
    workload: plan.workload,
    drill: { name: plan.drill.name, sha256: plan.drill.sha256 },
    mode: plan.mode,
    environment: plan.environment,
    trigger: plan.trigger,
    requestedBy: plan.requestedBy,
    startedAt,
    endedAt: endOf(entries) ?? startedAt,
    from: siteOf(plan.from),
    to: siteOf(plan.to),
    objectives: { rto, rpo, hold },
    vantages: plan.vantages,
    ...(plan.declaredLost ? { declaredLost: plan.declaredLost } : {}),
    ...(plan.unfenced === undefined ? {} : { unfenced: plan.unfenced }),
    clock: measures.clock,
    measures: measuresOf(measures),
    checks: all(entries, 'check').map(({ name, ok, blocking, detail, at }) => ({ name, ok, blocking, detail, at })),
    fences: fencesOf(entries),
    recoveryPoints: all(entries, 'recovery-point').map(({ component, data, key, consistentAt, way }) => ({ component, data, key, consistentAt, way })),
    verified: all(entries, 'verified').map(({ name, ok, detail, at }) => ({ name, ok, detail, at })),
    steps: all(entries, 'step').map(stepOf),
    resources: resourcesOf(entries),
    gaps: mergeGaps([...plan.gaps, ...all(entries, 'gap').map(({ gap }) => gap)]),
    findings: [...new Set([...all(entries, 'finding').map(({ text }) => text), ...measures.findings])],
    deviations: all(entries, 'deviation').map(({ step, by, text, at }) => ({ step, by, text, at })),
    approvals: all(entries, 'approval').map(approvalOf),
    files: filesOf(entries),
    verdict: { outcome, reasons },
  };
}

/** The workflow's result: what somebody reads in the Temporal UI. Flat; `evidence` is where the record lies. */
export interface ShortForm {
  readonly verdict: Outcome;
  readonly reasons: readonly string[];
  readonly drill: string;
  readonly workload: string;
  readonly mode: DrillRecord['mode'];
  readonly environment: DrillRecord['environment'];
  readonly from: string;
  readonly to: string;
  /** Live modes only; an isolated drill has `rehearsedRtaSeconds`. */
  readonly rtaSeconds?: number;
  readonly rehearsedRtaSeconds?: number;
  readonly rtaPlusMinusSeconds?: number;
  readonly rtoSeconds: number;
  /** Absent when it was not measured, when the error bar straddles it, and in isolated drills, which have no RTA. */
  readonly rtoMet?: boolean;
  readonly rpaSeconds?: number;
  readonly rpaPlusMinusSeconds?: number;
  readonly rpoSeconds: number;
  readonly rpoMet?: boolean;
  readonly markersAcknowledged?: number;
  readonly markersLost?: number;
  readonly failbackRtaSeconds?: number;
  readonly leftovers: number | 'unknown';
  /** Ids of open gaps, worst first. */
  readonly gaps: readonly string[];
  readonly vendors: readonly string[];
  readonly findings: number;
  readonly evidence: string;
}

export function shortForm(record: DrillRecord, evidence: string): ShortForm {
  const { measures, objectives, resources, from, to } = record;
  const { rta, rehearsedRta, rpa, canary, failback, targets } = measures;
  const judged = judgedRpa(rpa);
  const rtoMet = rta.service === undefined ? undefined : met(targets.rto);
  const rpoMet = met(targets.rpo);
  return {
    verdict: record.verdict.outcome,
    reasons: record.verdict.reasons,
    drill: record.drill.name,
    workload: record.workload,
    mode: record.mode,
    environment: record.environment,
    from: from.site,
    to: to.site,
    ...(rta.service === undefined ? {} : { rtaSeconds: rta.service }),
    ...(rehearsedRta === undefined ? {} : { rehearsedRtaSeconds: rehearsedRta }),
    ...(rta.plusMinus === undefined ? {} : { rtaPlusMinusSeconds: rta.plusMinus }),
    rtoSeconds: objectives.rto,
    ...(rtoMet === undefined ? {} : { rtoMet }),
    ...(judged === undefined ? {} : { rpaSeconds: judged, rpaPlusMinusSeconds: rpa.plusMinus }),
    rpoSeconds: objectives.rpo,
    ...(rpoMet === undefined ? {} : { rpoMet }),
    ...(canary ? { markersAcknowledged: canary.acknowledged, markersLost: canary.lost } : {}),
    ...(failback?.rta === undefined ? {} : { failbackRtaSeconds: failback.rta }),
    leftovers: resources.leftovers === 'unknown' ? 'unknown' : resources.leftovers.length,
    gaps: record.gaps.map(({ id }) => id),
    vendors: [...new Set([from.vendor, to.vendor])],
    findings: record.findings.length,
    evidence,
  };
}

function met(standing: DrillRecord['measures']['targets']['rto']): boolean | undefined {
  return ({ met: true, missed: false, straddles: undefined, 'not measured': undefined } as const)[standing];
}

function siteOf({ site, provider, vendor, location }: PlannedSite): DrillRecord['from'] {
  return { site, provider, vendor, location };
}

function measuresOf({ rta, rehearsedRta, failback, downtime, waitedForPeople, rpa, canary, rto, rpo, probes }: Measures): DrillRecord['measures'] {
  return {
    rta,
    ...(rehearsedRta === undefined ? {} : { rehearsedRta }),
    ...(failback ? { failback } : {}),
    ...(downtime ? { downtime } : {}),
    waitedForPeople,
    rpa,
    ...(canary ? { canary } : {}),
    targets: { rto: rto ?? 'not measured', rpo: rpo ?? 'not measured' },
    probes,
  };
}

function stepOf({ name, uses, phase, site, startedAt, endedAt, attempts, result, error }: Extract<Entry, { type: 'step' }>): DrillRecord['steps'][number] {
  return { id: name, uses, phase, ...(site === undefined ? {} : { site }), startedAt, endedAt, attempts, result, ...(error === undefined ? {} : { error }) };
}

function approvalOf({ by, asserted, before, askedAt, at, decision, reason }: Extract<Entry, { type: 'approval' }>): DrillRecord['approvals'][number] {
  return { by, asserted, before, askedAt, at, decision, ...(reason === undefined ? {} : { reason }) };
}

function fencesOf(entries: readonly Entry[]): DrillRecord['fences'] {
  return entries.flatMap((each) => {
    if (each.type === 'fenced') return [{ what: each.what, witness: each.witness, detail: each.detail, at: each.at }];
    return each.type === 'unfenced' ? [{ what: each.what, witness: 'none', detail: each.missing, at: each.at }] : [];
  });
}

function filesOf(entries: readonly Entry[]): DrillRecord['files'] {
  const probes = all(entries, 'probes').map(({ summary }) => ({
    file: summary.file,
    sha256: summary.sha256,
    what: `samples of probe ${summary.probe} at ${summary.vantage}`,
  }));
  const canary = all(entries, 'canary').map(({ summary }) => ({ file: summary.file, sha256: summary.sha256, what: 'ledger of the canary' }));
  return [...new Map([...probes, ...canary].map((each) => [each.file, each])).values()];
}
