/** What the outside prober and the canary are asked and what they answer. Pure types: they cross Temporal. */

export type ProbeAsk =
  | { readonly kind: 'http'; readonly method: string; readonly url: string }
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number }
  | { readonly kind: 'command'; readonly run: readonly string[] };

/** Where an answer says which site gave it. */
export type IdentityRule = { readonly header: string } | { readonly json: string };

export interface ProbeSpec {
  readonly name: string;
  readonly ask: ProbeAsk;
  readonly identity?: IdentityRule;
  readonly everySeconds: number;
  readonly timeoutSeconds: number;
}

/** `up` = a clean answer; `down` = refused, timed out, wrong status, or an answer without the identity that the workload declares. */
export type SpanState = 'up' | 'down' | 'unknown';

/** Consecutive samples of one state and one answerer. */
export interface Span {
  readonly state: SpanState;
  /** Site named by the answers; absent where no identity is declared or nobody answered. */
  readonly site?: string;
  /** ISO instant at which the first sample of the span was sent. */
  readonly from: string;
  /** ISO instant at which the next span begins, or the last sample's answer came. */
  readonly to: string;
  readonly samples: number;
  /** Why down or unknown, in the words of the first such sample. */
  readonly detail?: string;
}

export interface ProbeSummary {
  readonly vantage: string;
  readonly probe: string;
  readonly everySeconds: number;
  readonly timeoutSeconds: number;
  /** Bound of this clock's distance from the Temporal server's. */
  readonly clockOffsetSeconds: number;
  readonly samples: number;
  readonly unknownSeconds: number;
  readonly spans: readonly Span[];
  /** True when there were more spans than a history can bear: the file then holds the truth. */
  readonly truncated: boolean;
  readonly file: string;
  readonly sha256: string;
}

export interface CanarySpec {
  readonly append: { readonly method: string; readonly url: string };
  readonly list: { readonly method: string; readonly url: string };
  readonly tenant: string;
  readonly identity?: IdentityRule;
  readonly everySeconds: number;
  readonly timeoutSeconds: number;
}

/** One marker at an instant: `sentAt` when asked, `ackAt` when acknowledged. */
export interface MarkerAt {
  readonly seq: number;
  readonly sentAt: string;
  readonly ackAt: string;
}

/** What the canary wrote, without reading anything back. */
export interface CanarySummary {
  readonly everySeconds: number;
  readonly sent: number;
  readonly acknowledged: number;
  /** Acknowledgements by answering site, for two writers. */
  readonly bySite: Readonly<Record<string, { readonly first: MarkerAt; readonly last: MarkerAt; readonly count: number }>>;
  /** Unbroken rows of one site's acknowledgements, by `ackAt`: what `bySite` cannot tell once the source serves again. */
  readonly turns?: readonly { readonly site: string; readonly first: MarkerAt; readonly last: MarkerAt }[];
  /** Times without any acknowledgement longer than three intervals: the outage of writes. */
  readonly silences: readonly { readonly from: string; readonly to: string }[];
  readonly file: string;
  readonly sha256: string;
}

/** What of the acknowledged markers was found at the place that was asked. */
export interface CanaryReading {
  readonly at: string;
  /** Site that answered the read. */
  readonly site?: string;
  readonly acknowledged: number;
  readonly survived: number;
  readonly lost: number;
  readonly duplicated: number;
  readonly reordered: number;
  /** Last acknowledged marker among those that were asked for. */
  readonly lastAcknowledged?: MarkerAt;
  /** Newest surviving marker before the first lost one; absent when none is lost or the first one is. */
  readonly newestBeforeLoss?: MarkerAt;
  readonly firstLost?: MarkerAt;
  readonly firstAcknowledged?: MarkerAt;
}
