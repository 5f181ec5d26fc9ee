import { z } from 'zod';
import { OUTCOMES } from '../verdict/rule.ts';
import { MODES } from '../schema/names.ts';

const instant = z.iso.datetime({ offset: true }).describe('ISO instant, UTC');
const seconds = z.number().describe('seconds');
const text = z.string();

const site = z.strictObject({ site: text, provider: text, vendor: text, location: text });
const outage = z.strictObject({ from: instant, to: instant, seconds });
const downtime = z.strictObject({ seconds, unknownSeconds: seconds.describe('not known, so possibly down as well'), plusMinusSeconds: seconds });
const clientDowntime = { reads: downtime.optional(), writes: downtime.optional() };
const evidence = z.strictObject({ kind: z.enum(['file', 'site', 'route', 'store', 'runner', 'observation']), ref: text, shows: text });

const clock = z
  .strictObject({
    t0: instant.optional().describe('disruption'),
    t1: instant.optional().describe('first failure seen from outside'),
    t2: instant.optional().describe('approved'),
    t3: instant.optional().describe('first recovery action'),
    t4: instant.optional().describe('target runs'),
    t5: instant.optional().describe('target healthy inside'),
    t6: instant.optional().describe('traffic pointed at the target'),
    t7: instant.optional().describe('start of the first clean hold window seen from outside, from every vantage'),
    t8: instant.optional().describe('verified'),
    t9: instant.optional().describe('failback done'),
    t10: instant.optional().describe('clean'),
  })
  .describe('When each point was reached; absent = never');

const standing = z.enum(['met', 'missed', 'straddles', 'not measured']).describe('straddles = the error bar reaches over the target, so neither can be said');

const measures = z.strictObject({
  rta: z.strictObject({
    service: seconds.optional().describe('T7 − T0, live modes only'),
    full: seconds.optional().describe('T8 − T0'),
    technical: seconds.optional().describe('T7 − T3 without the waiting for people inside it'),
    plusMinus: seconds.optional().describe('probe interval + time-out + clock offset + the unknown hole before T7'),
    missing: z.enum(['failures', 'unknown']).optional().describe('why there is no T7: the service failed to the end, or what is unknown decides'),
  }),
  rehearsedRta: seconds.optional().describe('T7 − T0 of an isolated drill: no detection, decision or DNS in it'),
  failback: z.strictObject({ rta: seconds.optional().describe('the larger of reads and writes, unknown counted as down'), ...clientDowntime }).optional(),
  downtime: z.strictObject(clientDowntime).optional().describe('what clients missed on the way out'),
  waitedForPeople: seconds.describe('approvals answered between T0 and T7'),
  rpa: z.strictObject({
    byCanary: seconds.optional().describe('0 = no acknowledged marker is lost; else last acknowledged − newest before the first lost one'),
    atLeast: z.boolean().describe('even the first marker was lost: the loss reaches back at least this far'),
    byRecoveryPoint: seconds.optional().describe('T0 − the instant at which the oldest recovery point used was consistent'),
    plusMinus: seconds.describe('canary interval + clock offset'),
  }),
  canary: z.strictObject({ acknowledged: z.int(), survived: z.int(), lost: z.int(), duplicated: z.int(), reordered: z.int() }).optional(),
  targets: z.strictObject({ rto: standing, rpo: standing }),
  probes: z.array(
    z.strictObject({
      vantage: text,
      probe: text,
      route: z.enum(['live', 'drill']),
      samples: z.int(),
      unknown: seconds.describe('seconds about which nothing is known'),
      outages: z.array(outage),
      truncated: z.boolean().describe('the journal holds the first and the last spans only; the file holds every sample'),
      file: text,
      sha256: text.describe('of the file'),
    }),
  ),
});

const resource = z.strictObject({ site: text, role: text, generation: z.int(), nativeId: text, at: instant });
const leftover = z.strictObject({ site: text, kind: text, role: text, nativeId: text });

const resources = z.strictObject({
  created: z.array(resource),
  removed: z.array(resource),
  retained: z.array(z.strictObject({ site: text, what: text, why: text })),
  leftovers: z.union([z.array(leftover), z.literal('unknown')]).describe('unknown when a site could not be seen, or when nobody looked'),
  looked: z
    .array(z.strictObject({ site: text, at: instant, found: z.union([z.array(leftover), z.literal('unknown')]), detail: text }))
    .describe('who was asked for marked resources, when'),
});

/** What a run leaves behind for auditors and programs. Changes that break a reader raise `schemaVersion`. */
export const drillRecord = z
  .strictObject({
    schemaVersion: z.literal(1),
    run: z.strictObject({ workflowId: text, runId: text }),
    installation: text,
    workload: text,
    drill: z.strictObject({ name: text, sha256: text }),
    mode: z.enum(MODES),
    environment: z.enum(['real', 'emulated']).describe('emulated = no evidence for an auditor'),
    trigger: z.enum(['on demand', 'schedule']),
    requestedBy: text,
    startedAt: instant,
    endedAt: instant,
    from: site,
    to: site,
    objectives: z.strictObject({ rto: seconds, rpo: seconds, hold: seconds }),
    vantages: z.array(text),
    declaredLost: z.strictObject({ by: text, how: text }).optional(),
    unfenced: text.optional().describe('why an isolated drill was allowed where isolation cannot be enforced'),
    clock,
    measures,
    checks: z.array(z.strictObject({ name: text, ok: z.boolean(), blocking: z.boolean(), detail: text, at: instant })),
    fences: z.array(
      z.strictObject({ what: text, witness: text.describe('how it was seen that it cannot write; `none` = it was not'), detail: text, at: instant }),
    ),
    recoveryPoints: z.array(z.strictObject({ component: text, data: text, key: text, consistentAt: instant, way: z.enum(['out', 'back']) })),
    verified: z.array(z.strictObject({ name: text, ok: z.boolean(), detail: text, at: instant })),
    steps: z.array(
      z.strictObject({
        id: text,
        uses: text,
        phase: text,
        site: text.optional(),
        startedAt: instant,
        endedAt: instant,
        attempts: z.int(),
        result: z.enum(['done', 'failed', 'skipped', 'aborted']),
        error: text.optional(),
      }),
    ),
    resources,
    gaps: z.array(
      z.strictObject({
        id: text,
        title: text,
        severity: z.enum(['S1', 'S2', 'S3', 'S4']),
        confidence: z.enum(['static', 'preflight', 'observed']),
        evidence: z.array(evidence),
        remediation: text,
      }),
    ),
    findings: z.array(text),
    deviations: z.array(z.strictObject({ step: text, by: text, text, at: instant })),
    approvals: z.array(
      z.strictObject({
        by: text,
        asserted: z.boolean().describe('the name was given by the caller and not proven by a signature'),
        before: text,
        askedAt: instant,
        at: instant,
        decision: z.enum(['approved', 'rejected', 'expired']),
        reason: text.optional(),
      }),
    ),
    files: z
      .array(z.strictObject({ file: text, sha256: text, what: text }))
      .describe('raw samples and ledger beside the record, so that all of it can be computed again'),
    verdict: z.strictObject({ outcome: z.enum(OUTCOMES), reasons: z.array(text) }),
  })
  .describe('Record of one Muster drill. Durations are seconds.');

export type DrillRecord = Immutable<z.infer<typeof drillRecord>>;

type Immutable<T> = T extends readonly (infer Item)[] ? readonly Immutable<Item>[] : T extends object ? { readonly [K in keyof T]: Immutable<T[K]> } : T;
