export type Severity = 'S1' | 'S2' | 'S3' | 'S4';

export interface Evidence {
  readonly kind: 'file' | 'site' | 'route' | 'store' | 'runner' | 'observation';
  /** Where to look: `workloads/orders.yaml components.api.env.MAIL_URL`, `site onprem-ams`. */
  readonly ref: string;
  /** What stands there, without secrets. */
  readonly shows: string;
}

/** A reason why the workload could not, or not in time, run at another vendor. Ids are those of the catalogue and stay. */
export interface Gap {
  readonly id: string;
  readonly title: string;
  readonly severity: Severity;
  readonly confidence: 'static' | 'preflight' | 'observed';
  readonly evidence: readonly Evidence[];
  readonly remediation: string;
}
