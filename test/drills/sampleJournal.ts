import type { Entry, Happening } from '../../drills/journal.ts';
import type { Phase, Uses } from '../../drills/plan.ts';
import type { CanaryReading, CanarySummary, MarkerAt, ProbeSummary, Span } from '../../drills/probing.ts';
import type { Mode } from '../../drills/schema/names.ts';

/** Every sample begins here; instants are seconds after it. */
export const START = '2026-03-03T09:00:00.000Z';

export function at(seconds: number): string {
  return new Date(Date.parse(START) + Math.round(seconds * 1000)).toISOString();
}

export function entry(seconds: number, happening: Happening): Entry {
  return { ...happening, at: at(seconds) };
}

export type Bar = readonly [state: Span['state'], site: string | undefined, from: number, to: number];

export function summary(bars: readonly Bar[], change: Partial<ProbeSummary> = {}): ProbeSummary {
  const spans = bars.map(([state, site, from, to]): Span => ({
    state,
    ...(site === undefined ? {} : { site }),
    from: at(from),
    to: at(to),
    samples: state === 'unknown' ? 0 : Math.max(1, Math.round((to - from) / 0.25)),
    ...(state === 'down' ? { detail: 'connection refused' } : {}),
  }));
  return {
    vantage: 'here',
    probe: 'http',
    everySeconds: 0.25,
    timeoutSeconds: 1,
    clockOffsetSeconds: 0.05,
    samples: spans.reduce((sum, span) => sum + span.samples, 0),
    unknownSeconds: bars.filter(([state]) => state === 'unknown').reduce((sum, [, , from, to]) => sum + to - from, 0),
    spans,
    truncated: false,
    file: 'probes/here-http.jsonl',
    sha256: 'a'.repeat(64),
    ...change,
  };
}

export function marker(seq: number, sentAt: number): MarkerAt {
  return { seq, sentAt: at(sentAt), ackAt: at(sentAt + 0.02) };
}

/** Markers are written every 0.25 s from second 2 until the last acknowledged one; the newest `lost` of them are lost. */
export function reading(acknowledged: number, lost: number, change: Partial<CanaryReading> = {}): CanaryReading {
  const sentAt = (seq: number) => 2 + seq * 0.25;
  const kept = acknowledged - lost;
  return {
    at: at(26),
    site: 'onprem-ams',
    acknowledged,
    survived: kept,
    lost,
    duplicated: 0,
    reordered: 0,
    ...(acknowledged > 0 ? { firstAcknowledged: marker(0, sentAt(0)), lastAcknowledged: marker(acknowledged - 1, sentAt(acknowledged - 1)) } : {}),
    ...(lost > 0 ? { firstLost: marker(kept, sentAt(kept)) } : {}),
    ...(lost > 0 && kept > 0 ? { newestBeforeLoss: marker(kept - 1, sentAt(kept - 1)) } : {}),
    ...change,
  };
}

export function canary(change: Partial<CanarySummary> = {}): CanarySummary {
  return {
    everySeconds: 0.25,
    sent: 160,
    acknowledged: 112,
    bySite: {
      'onprem-fra': { first: marker(0, 2), last: marker(155, 41), count: 60 },
      'onprem-ams': { first: marker(70, 19.5), last: marker(135, 35.75), count: 52 },
    },
    silences: [
      { from: at(10), to: at(19.5) },
      { from: at(35.8), to: at(38) },
    ],
    file: 'canary.jsonl',
    sha256: 'b'.repeat(64),
    ...change,
  };
}

export interface Sample {
  readonly mode?: Mode;
  readonly objectives?: { readonly rtoSeconds: number; readonly rpoSeconds: number; readonly holdSeconds: number };
  readonly planned?: Partial<Extract<Happening, { type: 'planned' }>>;
  readonly probes?: readonly ProbeSummary[];
  readonly canary?: CanarySummary;
  readonly read?: CanaryReading | 'unread' | 'never';
  readonly hold?: boolean | 'never';
  /** Left out of the journal, `also` not. */
  readonly without?: (entry: Entry) => boolean;
  readonly also?: readonly Entry[];
}

/** Serves from fra, is lost at 10 s, back from ams at 19.25 s, goes home at 36 s. */
export const OUT_AND_BACK: readonly Bar[] = [
  ['up', 'onprem-fra', 1, 10],
  ['down', undefined, 10, 19.25],
  ['up', 'onprem-ams', 19.25, 36],
  ['down', undefined, 36, 37.5],
  ['up', 'onprem-fra', 37.5, 42],
];

const LIVE_STEPS: readonly (readonly [name: string, uses: Uses, phase: Phase, site: string | undefined, from: number, to: number])[] = [
  ['lock', 'lock', 'lock', undefined, 0, 0.2],
  ['preflight', 'preflight', 'preflight', undefined, 0.2, 1],
  ['baseline', 'baseline', 'baseline', undefined, 1, 5],
  ['approve', 'approve', 'disrupt', undefined, 5, 9.8],
  ['disrupt', 'disrupt', 'disrupt', 'onprem-fra', 9.8, 10.6],
  ['fence', 'fence', 'fence', 'onprem-fra', 10.6, 13],
  ['restore', 'restore', 'restore', 'onprem-ams', 13, 13.6],
  ['start db', 'start', 'start', 'onprem-ams', 13.6, 16.1],
  ['start api', 'start', 'start', 'onprem-ams', 16.1, 18.4],
  ['cutover', 'cutover', 'cutover', undefined, 18.4, 19.2],
  ['hold', 'hold', 'cutover', undefined, 19.2, 24.3],
  ['smoke', 'verify', 'verify', 'onprem-ams', 24.3, 25.9],
  ['read canary', 'canary-read', 'verify', 'onprem-ams', 25.9, 26.4],
  ['failback', 'failback', 'failback', 'onprem-fra', 35.5, 40.6],
  ['cleanup', 'cleanup', 'cleanup', 'onprem-ams', 40.6, 41.8],
  ['sweep', 'sweep', 'sweep', undefined, 41.8, 42.4],
];

const owner = { installation: 'acme-dr', run: '0123456789abcdef', expires: at(14_400) };
export const idOf = (component: string) => ({ owner, role: `orders/${component}`, generation: 1 });

export function plannedEntry({ mode = 'unplanned', objectives, planned }: Sample = {}): Entry {
  return entry(0, {
    type: 'planned',
    mode,
    from: 'onprem-fra',
    to: 'onprem-ams',
    objectives: objectives ?? { rtoSeconds: 60, rpoSeconds: 10, holdSeconds: 5 },
    required: ['db', 'api'],
    vantages: ['here'],
    canary: true,
    verifies: ['smoke'],
    identity: true,
    declaredLost: false,
    ...planned,
  });
}

/** A live drill that went well: RTA 9.25 s ± 1.3 s, the newest 11 of 32 markers lost (2.77 s). */
export function liveRun(sample: Sample = {}): Entry[] {
  const { probes = [summary(OUT_AND_BACK)], read = reading(32, sample.mode === 'planned' ? 0 : 11), hold = true, without = () => false, also = [] } = sample;
  const target = 'onprem-ams';
  const made = (seconds: number, component: string): Entry[] => [
    entry(seconds, { type: 'created', site: target, id: idOf(component), nativeId: `process ${component} 4711` }),
    entry(seconds, { type: 'component', component, site: target, required: true, ready: true, detail: 'healthy inside' }),
  ];
  const entries: Entry[] = [
    plannedEntry(sample),
    entry(0.9, { type: 'check', name: 'target can be reached', ok: true, blocking: true, detail: 'answers in 3 ms' }),
    entry(0.9, { type: 'check', name: 'source can be reached', ok: true, blocking: false, detail: 'answers in 4 ms' }),
    entry(5, { type: 'baseline', green: true, detail: 'onprem-fra serves' }),
    entry(9.7, { type: 'approval', by: 'li@example.com', asserted: true, before: 'disrupt', askedAt: at(5), decision: 'approved' }),
    entry(9.7, { type: 'clock', point: 't2' }),
    entry(10, { type: 'clock', point: 't0' }),
    entry(10.6, { type: 'clock', point: 't3' }),
    entry(12.9, { type: 'fenced', what: 'db at onprem-fra', witness: 'power off', detail: 'no process with its mark' }),
    entry(13.5, { type: 'recovery-point', component: 'db', data: 'orders', key: 'orders/db/000017.tgz', consistentAt: at(7.1), way: 'out' }),
    ...made(16, 'db'),
    entry(16.1, { type: 'clock', point: 't4' }),
    ...made(18.3, 'api'),
    entry(18.4, { type: 'clock', point: 't5' }),
    entry(19.1, { type: 'route', route: 'orders', targets: [{ host: '127.0.0.1', port: 4100 }], way: 'out' }),
    entry(19.2, { type: 'clock', point: 't6' }),
    ...(hold === 'never'
      ? []
      : [entry(24.3, { type: 'hold', way: 'out', met: hold, detail: hold ? 'clean for 5 s' : 'no 5 s of clean answers: last failure connection refused' })]),
    entry(25.9, { type: 'verified', name: 'smoke', ok: true, detail: 'passed' }),
    entry(25.9, { type: 'clock', point: 't8' }),
    ...(read === 'never'
      ? []
      : [entry(26.4, read === 'unread' ? { type: 'canary-unread', way: 'out', detail: 'answered 503' } : { type: 'canary-read', way: 'out', reading: read })]),
    entry(38, { type: 'route', route: 'orders', targets: [{ host: '127.0.0.1', port: 4000 }], way: 'back' }),
    entry(40, { type: 'hold', way: 'back', met: true, detail: 'clean for 2 s' }),
    entry(40.5, {
      type: 'canary-read',
      way: 'back',
      reading: {
        ...reading(0, 0),
        at: at(40.5),
        site: 'onprem-fra',
        acknowledged: 66,
        survived: 66,
        firstAcknowledged: marker(70, 19.5),
        lastAcknowledged: marker(135, 35.75),
      },
    }),
    entry(40.5, { type: 'clock', point: 't9' }),
    entry(40.6, { type: 'failback', ok: true, startedAt: at(35.5), detail: 'onprem-fra serves again' }),
    ...(probes.length > 0 ? probes.map((each) => entry(41, { type: 'probes', route: 'live', summary: each })) : []),
    entry(41, { type: 'canary', summary: sample.canary ?? canary() }),
    entry(41.7, { type: 'removed', site: target, id: idOf('api'), nativeId: 'process api 4711' }),
    entry(41.7, { type: 'removed', site: target, id: idOf('db'), nativeId: 'process db 4711' }),
    entry(42.3, { type: 'leftovers', site: 'onprem-fra', found: [], detail: 'listed' }),
    entry(42.3, { type: 'leftovers', site: target, found: [], detail: 'listed' }),
    entry(42.4, { type: 'clock', point: 't10' }),
    ...LIVE_STEPS.map(([name, uses, phase, site, from, to]) =>
      entry(to, {
        type: 'step',
        name,
        uses,
        phase,
        startedAt: at(from),
        endedAt: at(to),
        attempts: 1,
        result: 'done',
        ...(site === undefined ? {} : { site }),
      }),
    ),
    ...LIVE_STEPS.map(([, , phase, , from]) => entry(from, { type: 'phase', phase })),
  ].filter((each) => !without(each));
  return [...entries, ...also]
    .map((each, index) => ({ each, index }))
    .toSorted((a, b) => Date.parse(a.each.at) - Date.parse(b.each.at) || a.index - b.index)
    .map(({ each }) => each);
}

/** The service recovers at this second instead. */
export function recoveredAt(seconds: number): ProbeSummary {
  return summary([
    ['up', 'onprem-fra', 1, 10],
    ['down', undefined, 10, seconds],
    ['up', 'onprem-ams', seconds, seconds + 16],
  ]);
}

/** A copy behind the drill's own route: T0 is the first recovery action, at 10 s; the source serves all the time. */
export function isolatedRun(sample: Sample = {}): Entry[] {
  const drill = summary(
    [
      ['down', undefined, 9, 19.25],
      ['up', 'onprem-ams', 19.25, 36],
    ],
    { probe: 'http-drill', file: 'probes/here-http-drill.jsonl' },
  );
  const away: ReadonlySet<Entry['type']> = new Set(['failback', 'hold', 'probes', 'approval']);
  const own = liveRun({
    ...sample,
    mode: 'isolated',
    canary: canary({ silences: [], bySite: { 'onprem-fra': { first: marker(0, 2), last: marker(160, 42), count: 160 } } }),
  }).filter(
    (each) =>
      !(away.has(each.type) && !(each.type === 'hold' && each.way === 'out')) &&
      !('way' in each && each.way === 'back') &&
      !(each.type === 'clock' && (each.point === 't9' || each.point === 't2')),
  );
  return [
    ...own,
    ...(sample.probes ?? [drill]).map((each) => entry(41, { type: 'probes', route: 'drill', summary: each })),
    entry(41, { type: 'probes', route: 'live', summary: summary([['up', 'onprem-fra', 1, 42]]) }),
  ];
}

export function rehearsal(also: readonly Entry[] = []): Entry[] {
  return [
    plannedEntry({ mode: 'rehearse' }),
    entry(0.5, { type: 'check', name: 'target can be reached', ok: true, blocking: true, detail: 'answers in 3 ms' }),
    entry(0.5, { type: 'check', name: 'recovery point is young enough', ok: true, blocking: true, detail: '4 s old' }),
    entry(3, { type: 'baseline', green: true, detail: 'onprem-fra serves' }),
    ...also,
  ];
}
