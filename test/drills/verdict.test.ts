import { describe, expect, it } from 'vitest';
import type { Entry, Happening } from '../../drills/journal.ts';
import { type Outcome, RULES, verdict } from '../../drills/verdict.ts';
import {
  at,
  type Bar,
  canary,
  entry,
  idOf,
  isolatedRun,
  liveRun,
  marker,
  OUT_AND_BACK,
  plannedEntry,
  reading,
  recoveredAt,
  rehearsal,
  type Sample,
  summary,
} from './sampleJournal.ts';

type Type = Entry['type'];

const targets = (rtoSeconds: number, rpoSeconds = 10) => ({ rtoSeconds, rpoSeconds, holdSeconds: 5 });
const without =
  (...types: Type[]) =>
  (each: Entry) =>
    types.includes(each.type);
const replacing = (type: Type, seconds: number, ...happenings: Happening[]): Sample => ({
  without: without(type),
  also: happenings.map((each) => entry(seconds, each)),
});
const step = (name: string, uses: 'script' | 'cleanup' | 'restore' | 'hold', result: 'failed' | 'done' | 'skipped', seconds = 30): Entry =>
  entry(seconds, {
    type: 'step',
    name,
    uses,
    phase: 'verify',
    startedAt: at(29),
    endedAt: at(seconds),
    attempts: 1,
    result,
    ...(result === 'failed' ? { error: 'exit 3' } : {}),
  });
const untouched = (...also: Entry[]) => [plannedEntry(), ...also];
const silent: readonly Bar[] = [
  ['up', 'onprem-fra', 1, 10],
  ['down', undefined, 10, 42],
];
const unseen: readonly Bar[] = [
  ['up', 'onprem-fra', 1, 10],
  ['down', undefined, 10, 12],
  ['unknown', undefined, 12, 42],
];
/** The source never writes again. */
const stays = canary({
  bySite: {
    'onprem-fra': { first: marker(0, 2), last: marker(31, 9.75), count: 32 },
    'onprem-ams': { first: marker(70, 19.5), last: marker(135, 35.75), count: 66 },
  },
});
const found = { kind: 'workload' as const, id: idOf('db'), nativeId: 'process db 4711' };

interface Row {
  readonly says: string;
  readonly entries: readonly Entry[];
  readonly outcome: Outcome;
  readonly reasons: readonly (string | RegExp)[];
}

/** One row at least for every rule, by its name. */
const TABLE: Readonly<Record<string, readonly Row[]>> = {
  'operator stop': [
    {
      says: 'an abort',
      entries: liveRun({ also: [entry(20, { type: 'stopped', how: 'abort', by: 'ana', reason: 'incident in production' })] }),
      outcome: 'aborted',
      reasons: ['aborted by ana: incident in production'],
    },
    {
      says: 'a cancel',
      entries: untouched(entry(3, { type: 'stopped', how: 'cancel', by: 'cancel request', reason: 'cancelled' })),
      outcome: 'aborted',
      reasons: ['cancelled by cancel request: cancelled'],
    },
    {
      says: 'a refused approval',
      entries: untouched(entry(3, { type: 'stopped', how: 'rejected', by: 'li', reason: 'not today' })),
      outcome: 'aborted',
      reasons: ['approval refused by li: not today'],
    },
    {
      says: 'an expired approval',
      entries: untouched(entry(3, { type: 'stopped', how: 'expired', by: 'nobody', reason: 'before disrupt' })),
      outcome: 'aborted',
      reasons: ['nobody approved in time: before disrupt'],
    },
    {
      says: 'an abort of a run that had failed already',
      entries: liveRun({ probes: [summary(silent)], hold: false, also: [entry(41, { type: 'stopped', how: 'abort', by: 'ana', reason: 'seen enough' })] }),
      outcome: 'aborted',
      reasons: [/^aborted by ana/],
    },
  ],
  locked: [
    {
      says: 'a lock held by another run',
      entries: untouched(
        entry(0.1, { type: 'phase', phase: 'lock' }),
        entry(0.2, { type: 'locked', holder: 'drill/orders-2026' }),
        entry(0.3, { type: 'phase', phase: 'conclude' }),
      ),
      outcome: 'skipped',
      reasons: ['never started: the lock is held by drill/orders-2026'],
    },
    {
      says: 'a lock that was waited for and got',
      entries: liveRun({ also: [entry(0.1, { type: 'locked', holder: 'drill/x' })] }),
      outcome: 'passed',
      reasons: [/^recovered/, /^lost/, /^verified/, /^no marked/],
    },
  ],
  'two writers': [
    {
      says: 'the source acknowledging after the target',
      entries: liveRun({
        canary: canary({
          bySite: {
            'onprem-fra': { first: marker(0, 2), last: marker(80, 22), count: 60 },
            'onprem-ams': { first: marker(70, 19.5), last: marker(135, 35.75), count: 52 },
          },
        }),
      }),
      outcome: 'failed',
      reasons: [`onprem-fra acknowledged marker 80 at ${at(22.02)}, after onprem-ams had acknowledged marker 70 at ${at(19.52)}: two writers`],
    },
    {
      says: 'a turn of the source between turns of the target, hidden by its return',
      entries: liveRun({
        canary: canary({
          turns: [
            { site: 'onprem-fra', first: marker(0, 2), last: marker(31, 9.75) },
            { site: 'onprem-ams', first: marker(70, 19.5), last: marker(90, 24.5) },
            { site: 'onprem-fra', first: marker(91, 24.75), last: marker(91, 24.75) },
            { site: 'onprem-ams', first: marker(92, 25), last: marker(135, 35.75) },
            { site: 'onprem-fra', first: marker(140, 38), last: marker(155, 41) },
          ],
        }),
      }),
      outcome: 'failed',
      reasons: [/^onprem-fra acknowledged marker 91 .* two writers$/],
    },
    {
      says: 'the target still acknowledging after the source was home',
      entries: liveRun({
        canary: canary({
          turns: [
            { site: 'onprem-ams', first: marker(70, 19.5), last: marker(135, 35.75) },
            { site: 'onprem-fra', first: marker(140, 38), last: marker(141, 38.25) },
            { site: 'onprem-ams', first: marker(142, 38.5), last: marker(142, 38.5) },
          ],
        }),
      }),
      outcome: 'failed',
      reasons: [/^onprem-ams acknowledged marker 142 .* two writers$/],
    },
    { says: 'the source again after failback', entries: liveRun(), outcome: 'passed', reasons: [/^recovered/, /^lost/, /^verified/, /^no marked/] },
  ],
  // 32 markers, 11 lost: 2.77 s ± 0.3 s.
  'data loss beyond the RPO': [
    {
      says: 'a loss beyond its error',
      entries: liveRun({ objectives: targets(60, 2.46) }),
      outcome: 'failed',
      reasons: ['lost 2.8 s ± 0.3 s of data (11 of 32 acknowledged markers), target 2.5 s'],
    },
    {
      says: 'one marker where the RPO is 0',
      entries: liveRun({ read: reading(32, 1), objectives: targets(60, 0) }),
      outcome: 'failed',
      reasons: [/^lost 0\.27 s ± 0\.3 s of data \(1 of 32 acknowledged markers\), target 0 s$/],
    },
    {
      says: 'an old recovery point where nothing could be read',
      entries: liveRun({ read: 'unread', objectives: targets(60, 2.5) }),
      outcome: 'failed',
      reasons: ['the recovery point is 2.9 s ± 0.3 s older than the disruption, target 2.5 s'],
    },
    {
      says: 'every marker lost, with a recovery point that knows of more',
      entries: liveRun({ read: reading(4, 4), objectives: targets(60, 2.5) }),
      outcome: 'failed',
      reasons: ['lost at least 2.9 s ± 0.3 s of data (4 of 4 acknowledged markers), target 2.5 s'],
    },
  ],
  'a planned move lost data': [
    {
      says: 'one marker lost on the way out',
      entries: liveRun({ mode: 'planned', read: reading(32, 1) }),
      outcome: 'failed',
      reasons: ['a planned move must lose nothing: 1 of 32 acknowledged markers lost on the way out'],
    },
    {
      says: 'one marker lost on the way back',
      entries: liveRun({ mode: 'planned', also: [entry(40.5, { type: 'canary-read', way: 'back', reading: reading(66, 1) })] }),
      outcome: 'failed',
      reasons: ['a planned move must lose nothing: 1 of 66 acknowledged markers lost on the way back'],
    },
  ],
  // T7 − T0 = 9.25 s ± 1.3 s.
  'recovery slower than the RTO': [
    {
      says: 'a recovery beyond its error',
      entries: liveRun({ objectives: targets(7.94) }),
      outcome: 'failed',
      reasons: ['recovered in 9.3 s ± 1.3 s, target 7.9 s'],
    },
    {
      says: 'a rehearsed one',
      entries: isolatedRun({ objectives: targets(7.94) }),
      outcome: 'failed',
      reasons: ['rehearsed recovery (no detection, decision or DNS in it) in 9.3 s ± 1.3 s, target 7.9 s'],
    },
    { says: 'both targets missed', entries: liveRun({ objectives: targets(7.94, 2.46) }), outcome: 'failed', reasons: [/^lost/, /^recovered/] },
  ],
  'not recovered by the deadline': [
    {
      says: 'failures to the end',
      entries: liveRun({ probes: [summary(silent)], hold: false }),
      outcome: 'failed',
      reasons: ['the service did not recover by the deadline: no 5 s of clean answers: last failure connection refused'],
    },
    {
      says: 'the source answering to the end',
      entries: liveRun({ probes: [summary([['up', 'onprem-fra', 1, 42]])], hold: false }),
      outcome: 'failed',
      reasons: [/^the service did not recover by the deadline/],
    },
  ],
  'no fence, no second writer': [
    {
      says: 'a source not seen fenced',
      entries: liveRun({ also: [entry(12, { type: 'unfenced', what: 'db at onprem-fra (2)', missing: 'power could not be read and it holds no lease' })] }),
      outcome: 'failed',
      reasons: ['no second writer was started because db at onprem-fra (2) was not seen fenced: power could not be read and it holds no lease'],
    },
    {
      says: 'one that was seen fenced later',
      entries: liveRun({ also: [entry(12, { type: 'unfenced', what: 'db at onprem-fra', missing: 'still runs' })] }),
      outcome: 'passed',
      reasons: [/^recovered/, /^lost/, /^verified/, /^no marked/],
    },
  ],
  'component or capacity missing': [
    {
      says: 'a required component',
      entries: liveRun({
        also: [
          entry(18.35, {
            type: 'component',
            component: 'api',
            site: 'onprem-ams',
            required: true,
            ready: false,
            code: 'Capacity',
            detail: 'no room in zone a',
          }),
        ],
      }),
      outcome: 'failed',
      reasons: ['required component api was not ready at onprem-ams: no room in zone a (Capacity)'],
    },
    {
      says: 'one that was never started',
      entries: liveRun({ without: (each) => each.type === 'component' && each.component === 'db' }),
      outcome: 'failed',
      reasons: ['required component db was never started at onprem-ams'],
    },
    {
      says: 'an optional one',
      entries: liveRun({ also: [entry(18.35, { type: 'component', component: 'mail', site: 'onprem-ams', required: false, ready: false, detail: 'x' })] }),
      outcome: 'passed',
      reasons: [/./, /./, /./, /./],
    },
    {
      says: 'one that was replaced',
      entries: liveRun({ also: [entry(17, { type: 'component', component: 'api', site: 'onprem-ams', required: true, ready: false, detail: 'x' })] }),
      outcome: 'passed',
      reasons: [/./, /./, /./, /./],
    },
  ],
  'verify failed': [
    {
      says: 'the owner’s check',
      entries: liveRun({ also: [entry(26, { type: 'verified', name: 'smoke', ok: false, detail: 'exit 1: no orders' })] }),
      outcome: 'failed',
      reasons: ['verify smoke failed: exit 1: no orders'],
    },
  ],
  'failback failed': [
    {
      says: 'a failback that says so',
      entries: liveRun({ also: [entry(40.7, { type: 'failback', ok: false, startedAt: at(35.5), detail: 'onprem-fra does not start' })] }),
      outcome: 'failed',
      reasons: ['failback failed: onprem-fra does not start'],
    },
    {
      says: 'a source that was not seen again',
      entries: liveRun({
        probes: [summary([...OUT_AND_BACK.slice(0, 3), ['down', undefined, 36, 42]])],
        also: [entry(40.1, { type: 'hold', way: 'back', met: false, detail: 'connection refused' })],
      }),
      outcome: 'failed',
      reasons: ['the service did not come back at onprem-fra: connection refused'],
    },
    {
      says: 'data lost beyond the RPO on the way back',
      entries: liveRun({
        objectives: targets(60, 3),
        also: [entry(40.5, { type: 'canary-read', way: 'back', reading: { ...reading(66, 20), firstAcknowledged: marker(70, 19.5) } })],
      }),
      outcome: 'failed',
      reasons: ['failback lost 5 s ± 0.3 s of data (20 acknowledged markers), target 3 s'],
    },
  ],
  'step failed': [
    {
      says: 'a step of the drill’s own',
      entries: liveRun({ also: [step('mask', 'script', 'failed')] }),
      outcome: 'failed',
      reasons: ['step mask failed: exit 3'],
    },
    { says: 'clean-up', entries: liveRun({ also: [step('cleanup', 'cleanup', 'failed', 42)] }), outcome: 'failed', reasons: ['step cleanup failed: exit 3'] },
    {
      says: 'one that succeeded in the end',
      entries: liveRun({ also: [step('mask', 'script', 'failed'), step('mask', 'script', 'done', 31)] }),
      outcome: 'passed',
      reasons: [/./, /./, /./, /./],
    },
    {
      says: 'one that a person skipped',
      entries: liveRun({ also: [step('mask', 'script', 'failed'), step('mask', 'script', 'skipped', 31)] }),
      outcome: 'passed',
      reasons: [/./, /./, /./, /./],
    },
  ],
  'the run gave up': [
    {
      says: 'the run’s own limit',
      entries: liveRun({ also: [entry(30, { type: 'gave-up', reason: 'the limit of 4 h passed' })] }),
      outcome: 'failed',
      reasons: ['the run gave up: the limit of 4 h passed'],
    },
  ],
  'not ready': [
    {
      says: 'a blocking check of a rehearsal',
      entries: rehearsal([entry(1, { type: 'check', name: 'image is there', ok: false, blocking: true, detail: 'no such tag' })]),
      outcome: 'failed',
      reasons: ['not ready: check image is there failed: no such tag'],
    },
    {
      says: 'an advisory one',
      entries: rehearsal([entry(1, { type: 'check', name: 'spare room', ok: false, blocking: false, detail: 'little' })]),
      outcome: 'passed',
      reasons: ['ready: 2 checks passed', 'for attention: spare room failed without blocking'],
    },
  ],
  leftovers: [
    {
      says: 'something with our mark',
      entries: liveRun({ also: [entry(43, { type: 'leftovers', site: 'onprem-ams', found: [found], detail: 'listed' })] }),
      outcome: 'failed',
      reasons: [`1 marked resource left at onprem-ams, seen at ${at(43)}`],
    },
  ],
  'the error bar straddles the RTO': [
    {
      says: 'a target just inside the error from below',
      entries: liveRun({ objectives: targets(7.95) }),
      outcome: 'inconclusive',
      reasons: ['recovered in 9.3 s ± 1.3 s, target 8 s: the error bar reaches over the target'],
    },
    {
      says: 'a target just inside the error from above',
      entries: liveRun({ objectives: targets(10.54) }),
      outcome: 'inconclusive',
      reasons: [/reaches over the target$/],
    },
    {
      says: 'a hole in the hold window that may hide a late recovery',
      entries: liveRun({
        objectives: targets(11),
        probes: [
          summary([
            ['up', 'onprem-fra', 1, 10],
            ['down', undefined, 10, 13],
            ['up', 'onprem-ams', 13, 15],
            ['unknown', undefined, 15, 21],
            ['up', 'onprem-ams', 21, 36],
          ]),
        ],
      }),
      outcome: 'inconclusive',
      reasons: ['recovered in 3 s ± 1.3 s, target 11 s: but what is unknown afterwards may hide a recovery as late as 11 s'],
    },
    {
      says: 'a target at the upper end of the error',
      entries: liveRun({ objectives: targets(10.55) }),
      outcome: 'passed',
      reasons: [/^recovered in 9.3 s ± 1.3 s, target 10.6 s$/, /./, /./, /./],
    },
  ],
  'the error bar straddles the RPO': [
    {
      says: 'a target just inside the error from below',
      entries: liveRun({ objectives: targets(60, 2.47) }),
      outcome: 'inconclusive',
      reasons: ['lost 2.8 s ± 0.3 s of data (11 of 32 acknowledged markers), target 2.5 s: the error bar reaches over the target'],
    },
    {
      says: 'a target just inside the error from above',
      entries: liveRun({ objectives: targets(60, 3.06) }),
      outcome: 'inconclusive',
      reasons: [/reaches over the target$/],
    },
    { says: 'a target at the upper end of the error', entries: liveRun({ objectives: targets(60, 3.07) }), outcome: 'passed', reasons: [/./, /./, /./, /./] },
    {
      says: 'a target finer than the canary writes',
      entries: liveRun({ read: reading(32, 0), objectives: targets(60, 0.1) }),
      outcome: 'inconclusive',
      reasons: ['lost none of 32 acknowledged markers: 0 s ± 0.3 s of data, target 0.1 s: the error bar reaches over the target'],
    },
    {
      says: 'nothing lost where the RPO is 0',
      entries: liveRun({ read: reading(32, 0), objectives: targets(60, 0) }),
      outcome: 'passed',
      reasons: [/./, 'lost none of 32 acknowledged markers: 0 s ± 0.3 s of data, target 0 s', /./, /./],
    },
    {
      says: 'every marker lost, and no recovery point that knows how far back',
      entries: liveRun({ read: reading(4, 4), without: without('recovery-point') }),
      outcome: 'inconclusive',
      reasons: [/^lost at least 0.77 s ± 0.3 s of data \(4 of 4/],
    },
  ],
  'unknowns decide': [
    {
      says: 'a recovery hidden by holes',
      entries: liveRun({ probes: [summary(unseen)], hold: false }),
      outcome: 'inconclusive',
      reasons: [/^whether the service recovered by the deadline is not known: /],
    },
    {
      says: 'a return hidden by holes',
      entries: liveRun({
        probes: [summary([...OUT_AND_BACK.slice(0, 3), ['unknown', undefined, 36, 42]])],
        also: [
          entry(41.5, { type: 'hold', way: 'back', met: false, detail: 'no sample' }),
          entry(40.7, { type: 'failback', ok: false, startedAt: at(35.5), detail: 'not seen' }),
        ],
      }),
      outcome: 'inconclusive',
      reasons: ['whether the service came back at onprem-fra is not known: no sample'],
    },
    {
      says: 'a hold that the samples do not bear out',
      entries: liveRun({ probes: [summary(silent)] }),
      outcome: 'inconclusive',
      reasons: ['the recovery that was seen live is not borne out by the samples'],
    },
    {
      says: 'no hold at all',
      entries: liveRun({ probes: [summary(silent)], hold: 'never' }),
      outcome: 'inconclusive',
      reasons: ['the recovery was not measured: no clean hold window was seen'],
    },
    {
      says: 'no instant of the disruption',
      entries: liveRun({ without: (each) => each.type === 'clock' && each.point === 't0' }),
      outcome: 'inconclusive',
      reasons: ['the disruption has no instant, so nothing can be measured from it'],
    },
  ],
  'probe lost': [
    {
      says: 'a vantage without samples',
      entries: liveRun({
        planned: { vantages: ['here', 'dub'] },
        also: [entry(41, { type: 'probe-lost', vantage: 'dub', probe: 'http', detail: 'no worker' })],
      }),
      outcome: 'inconclusive',
      reasons: [/^the recovery/, 'probe http at dub was lost without a sample: no worker'],
    },
    {
      says: 'a vantage that nobody mentions',
      entries: liveRun({ planned: { vantages: ['here', 'dub'] } }),
      outcome: 'inconclusive',
      reasons: [/^the recovery/, 'nothing was seen from vantage dub'],
    },
    {
      says: 'a second probe of a vantage',
      entries: liveRun({ also: [entry(41, { type: 'probe-lost', vantage: 'here', probe: 'tcp', detail: 'no worker' })] }),
      outcome: 'inconclusive',
      reasons: ['probe tcp at here was lost without a sample: no worker'],
    },
    {
      says: 'a probe that was lost and brought its samples home',
      entries: liveRun({ also: [entry(41, { type: 'probe-lost', vantage: 'here', probe: 'http', detail: 'restarted' })] }),
      outcome: 'passed',
      reasons: [/./, /./, /./, /./],
    },
  ],
  'leftovers unknown': [
    {
      says: 'a site that could not be seen',
      entries: liveRun({ also: [entry(43, { type: 'leftovers', site: 'onprem-ams', found: 'unknown', detail: 'no answer' })] }),
      outcome: 'inconclusive',
      reasons: ['leftovers at onprem-ams are unknown: no answer'],
    },
    {
      says: 'a site where nobody looked',
      entries: liveRun({ without: (each) => each.type === 'leftovers' && each.site === 'onprem-ams' }),
      outcome: 'inconclusive',
      reasons: ['leftovers at onprem-ams are unknown: nobody looked after the run'],
    },
    {
      says: 'no look at all',
      entries: liveRun({ without: without('leftovers', 'created') }),
      outcome: 'inconclusive',
      reasons: ['leftovers are unknown: nobody looked after the run'],
    },
  ],
  'canary unread': [
    {
      says: 'an answer that was no list',
      entries: liveRun({ read: 'unread' }),
      outcome: 'inconclusive',
      reasons: ['the canary could not be read on the way out: answered 503'],
    },
    { says: 'no attempt', entries: liveRun({ read: 'never' }), outcome: 'inconclusive', reasons: ['the canary was not read at the target'] },
    { says: 'nothing acknowledged', entries: liveRun({ read: reading(0, 0) }), outcome: 'inconclusive', reasons: [/^no canary marker was acknowledged/] },
    {
      says: 'a way back not read',
      entries: liveRun({ also: [entry(40.6, { type: 'canary-unread', way: 'back', detail: 'answered 500' })] }),
      outcome: 'inconclusive',
      reasons: ['the canary could not be read on the way back: answered 500'],
    },
    {
      says: 'a planned way back not read',
      entries: liveRun({ mode: 'planned', without: (each) => each.type === 'canary-read' && each.way === 'back' }),
      outcome: 'inconclusive',
      reasons: ['the canary was not read after the way back'],
    },
    {
      says: 'a loss without a figure',
      entries: liveRun({ read: { at: at(26), acknowledged: 5, survived: 3, lost: 2, duplicated: 0, reordered: 0 } }),
      outcome: 'inconclusive',
      reasons: ['the canary reading does not say what was lost'],
    },
  ],
  'data loss not seen from outside': [
    {
      says: 'data moved without a canary',
      entries: liveRun({ planned: { canary: false }, without: without('canary', 'canary-read') }),
      outcome: 'inconclusive',
      reasons: ['the workload declares no canary, so data loss was not seen from outside'],
    },
    {
      says: 'no data, no canary',
      entries: liveRun({ planned: { canary: false }, without: without('canary', 'canary-read', 'recovery-point') }),
      outcome: 'passed',
      reasons: [/./, 'no data was moved', /./, /./],
    },
  ],
  'identity unproven': [
    {
      says: 'no declared identity',
      entries: liveRun({ planned: { identity: false } }),
      outcome: 'inconclusive',
      reasons: ['the workload declares no identity, so no answer proves which site gave it'],
    },
    {
      says: 'a declared identity that no answer gave',
      entries: liveRun({
        probes: [
          summary([
            ['up', undefined, 1, 10],
            ['down', undefined, 10, 19],
            ['up', undefined, 19, 42],
          ]),
        ],
      }),
      outcome: 'inconclusive',
      reasons: ['no answer named onprem-ams, so it is not proven which site gave it'],
    },
  ],
  'verify not run': [
    { says: 'a verification left out', entries: liveRun(replacing('verified', 26)), outcome: 'inconclusive', reasons: ['verify smoke was not run'] },
  ],
  'failback not done': [
    {
      says: 'a service left at the target',
      entries: liveRun({ without: without('failback'), canary: stays }),
      outcome: 'inconclusive',
      reasons: ['failback was not done: clients are still sent to onprem-ams'],
    },
  ],
  'baseline red': [
    {
      says: 'a service that was not well',
      entries: untouched(entry(5, { type: 'baseline', green: false, detail: 'answered 503' })),
      outcome: 'inconclusive',
      reasons: ['the service was not well before the drill, so nothing was touched: answered 503'],
    },
    {
      says: 'in a rehearsal',
      entries: rehearsal([entry(4, { type: 'baseline', green: false, detail: 'answered 503' })]),
      outcome: 'inconclusive',
      reasons: [/answered 503$/],
    },
    {
      says: 'where the source was declared lost',
      entries: liveRun({ planned: { declaredLost: true }, also: [entry(6, { type: 'baseline', green: false, detail: 'not asked' })] }),
      outcome: 'passed',
      reasons: [/./, /./, /./, /./],
    },
  ],
  'blocking check': [
    {
      says: 'a check that stops the run',
      entries: untouched(entry(1, { type: 'check', name: 'target can be reached', ok: false, blocking: true, detail: 'no answer' })),
      outcome: 'inconclusive',
      reasons: ['check target can be reached failed, so nothing was touched: no answer'],
    },
  ],
  'nothing tried': [
    { says: 'a run that ended before it began', entries: untouched(), outcome: 'inconclusive', reasons: ['nothing was touched, so nothing was measured'] },
    { says: 'a rehearsal without checks', entries: [plannedEntry({ mode: 'rehearse' })], outcome: 'inconclusive', reasons: ['no readiness check was run'] },
  ],
  'all targets met': [
    {
      says: 'an unplanned drill',
      entries: liveRun(),
      outcome: 'passed',
      reasons: [
        'recovered in 9.3 s ± 1.3 s, target 60 s',
        'lost 2.8 s ± 0.3 s of data (11 of 32 acknowledged markers), target 10 s',
        'verified by smoke',
        `no marked resource found at onprem-fra and onprem-ams at ${at(42.3)}`,
      ],
    },
    { says: 'a planned drill', entries: liveRun({ mode: 'planned' }), outcome: 'passed', reasons: [/./, /^lost none of 32/, /./, /./] },
    { says: 'an isolated drill', entries: isolatedRun(), outcome: 'passed', reasons: [/^rehearsed recovery/, /^lost/, /./, /./] },
    { says: 'a rehearsal', entries: rehearsal(), outcome: 'passed', reasons: ['ready: 2 checks passed'] },
  ],
};

describe('the verdict', () => {
  it('has a row in the table for every rule', () => {
    expect(Object.keys(TABLE)).toEqual(RULES.map(({ rule }) => rule));
  });

  for (const [rule, rows] of Object.entries(TABLE)) {
    it.each(rows)(`${rule}: $says → $outcome`, ({ entries, outcome, reasons }) => {
      const got = verdict(entries);
      expect({ outcome: got.outcome, many: got.reasons.length, said: got.reasons }).toEqual({
        outcome,
        many: reasons.length,
        said: reasons.map((each) => (typeof each === 'string' ? each : expect.stringMatching(each))),
      });
    });
  }

  it('is inconclusive when the journal does not say what was planned', () => {
    expect(verdict([])).toEqual({ outcome: 'inconclusive', reasons: ['the journal does not say what was planned'] });
    expect(verdict([entry(1, { type: 'stopped', how: 'cancel', by: 'x', reason: 'y' })]).outcome).toBe('aborted');
    expect(verdict([entry(1, { type: 'locked', holder: 'drill/x' })]).outcome).toBe('skipped');
  });

  it('does not judge the step of a fact that says more', () => {
    expect(verdict(liveRun({ probes: [summary(unseen)], hold: false, also: [step('hold', 'hold', 'failed')] })).outcome).toBe('inconclusive');
  });

  it('follows the recovery second by second through a target of 20 s', () => {
    const later = { canary: stays, without: without('failback'), also: [entry(60, { type: 'failback', ok: true, startedAt: at(59), detail: 'home' })] };
    const outcomeAt = (seconds: number) => verdict(liveRun({ ...later, probes: [recoveredAt(seconds)], objectives: targets(20) })).outcome;
    expect([28, 28.7, 28.701, 30, 31.3, 31.301, 33].map(outcomeAt)).toEqual([
      'passed',
      'passed',
      'inconclusive',
      'inconclusive',
      'inconclusive',
      'failed',
      'failed',
    ]);
  });
});
