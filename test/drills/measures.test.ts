import { describe, expect, it } from 'vitest';
import { measure } from '../../drills/measures/measures.ts';
import { findT7 } from '../../drills/measures/t7.ts';
import type { Entry } from '../../drills/journal.ts';
import { at, type Bar, canary, entry, isolatedRun, liveRun, marker, OUT_AND_BACK, reading, rehearsal, summary } from './sampleJournal.ts';

const t7 = (bars: readonly Bar[], change: Partial<Parameters<typeof findT7>[1]> = {}) =>
  findT7([summary(bars)], { t0: at(10), holdSeconds: 5, site: 'ams', ...change });
const ERROR = 1.3;

describe('T7', () => {
  it('is the start of the first clean hold window', () => {
    expect(
      t7([
        ['down', undefined, 10, 20],
        ['up', 'ams', 20, 30],
      ]),
    ).toEqual({ reached: true, at: at(20), plusMinusSeconds: ERROR, latest: at(20), proof: 'identity' });
  });

  it('starts again after a failure, however short', () => {
    expect(
      t7([
        ['up', 'ams', 10, 14.9],
        ['down', undefined, 14.9, 14.9],
        ['up', 'ams', 14.9, 20],
      ]),
    ).toMatchObject({ reached: true, at: at(14.901) });
  });

  it('is not reached when the answers stop one millisecond short of the hold', () => {
    expect(
      t7([
        ['down', undefined, 10, 20],
        ['up', 'ams', 20, 24.999],
      ]),
    ).toMatchObject({ reached: false });
    expect(
      t7([
        ['down', undefined, 10, 20],
        ['up', 'ams', 20, 25],
      ]),
    ).toMatchObject({ reached: true });
  });

  it('is not reached by the source answering after T0', () => {
    expect(t7([['up', 'fra', 10, 30]])).toEqual({ reached: false, because: 'failures' });
    expect(
      t7([
        ['up', 'fra', 10, 13],
        ['up', 'ams', 13, 18],
      ]),
    ).toMatchObject({ at: at(13) });
  });

  it('is not reached by answers without a name where others were named', () => {
    expect(
      t7([
        ['up', 'fra', 5, 10],
        ['up', undefined, 10, 30],
      ]),
    ).toEqual({ reached: false, because: 'unknown' });
  });

  it('says that nobody was named where no answer ever named a site', () => {
    expect(t7([['up', undefined, 5, 30]])).toMatchObject({ reached: true, at: at(10), proof: 'answers' });
  });

  it('takes a nameless probe along as long as another one of the vantage proves who answers', () => {
    const tcp = summary(
      [
        ['up', undefined, 1, 10],
        ['down', undefined, 10, 18],
        ['up', undefined, 18, 40],
      ],
      { probe: 'tcp' },
    );
    const http = summary([
      ['up', 'fra', 1, 10],
      ['down', undefined, 10, 17],
      ['up', 'ams', 17, 40],
    ]);
    expect(findT7([tcp, http], { t0: at(10), holdSeconds: 5, site: 'ams' })).toMatchObject({ at: at(18), proof: 'identity' });
  });

  it('is lengthened by what is unknown inside the window, which may hide a failure until its end', () => {
    const bars: Bar[] = [
      ['down', undefined, 10, 20],
      ['up', 'ams', 20, 22],
      ['unknown', undefined, 22, 30],
      ['up', 'ams', 30, 32.9],
    ];
    expect(t7(bars)).toEqual({ reached: false, because: 'unknown' });
    expect(t7([...bars, ['up', 'ams', 32.9, 33]])).toMatchObject({ reached: true, at: at(20), latest: at(30) });
  });

  it('has the hole before the window in its error', () => {
    expect(
      t7([
        ['down', undefined, 10, 20],
        ['unknown', undefined, 20, 24],
        ['up', 'ams', 24, 30],
      ]),
    ).toMatchObject({ at: at(24), plusMinusSeconds: ERROR + 4 });
  });

  it('is the latest over the vantages', () => {
    const one = summary([
      ['down', undefined, 10, 20],
      ['up', 'ams', 20, 40],
    ]);
    const two = summary(
      [
        ['down', undefined, 10, 23],
        ['up', 'ams', 23, 40],
      ],
      { vantage: 'dub' },
    );
    expect(findT7([one, two], { t0: at(10), holdSeconds: 5, site: 'ams' })).toMatchObject({ at: at(23) });
  });

  it('restarts for all vantages when one of them sees a failure', () => {
    const one = summary([
      ['down', undefined, 10, 20],
      ['up', 'ams', 20, 40],
    ]);
    const two = summary(
      [
        ['down', undefined, 10, 15],
        ['up', 'ams', 15, 23],
        ['down', undefined, 23, 24],
        ['up', 'ams', 24, 40],
      ],
      { vantage: 'dub' },
    );
    expect(findT7([one, two], { t0: at(10), holdSeconds: 5, site: 'ams' })).toMatchObject({ at: at(24) });
  });

  it('is unknown when a named vantage has no samples', () => {
    expect(
      t7(
        [
          ['down', undefined, 10, 20],
          ['up', 'ams', 20, 40],
        ],
        { vantages: ['here', 'dub'] },
      ),
    ).toEqual({ reached: false, because: 'unknown' });
  });

  it('is unknown without any samples', () => {
    expect(findT7([], { t0: at(10), holdSeconds: 5 })).toEqual({ reached: false, because: 'unknown' });
  });

  it('tells failures from unknown by whether the holes could have changed it', () => {
    expect(t7([['down', undefined, 10, 30]])).toEqual({ reached: false, because: 'failures' });
    expect(
      t7([
        ['down', undefined, 10, 20],
        ['unknown', undefined, 20, 40],
      ]),
    ).toEqual({ reached: false, because: 'unknown' });
    expect(
      t7([
        ['down', undefined, 10, 20],
        ['unknown', undefined, 20, 24],
        ['down', undefined, 24, 30],
      ]),
    ).toEqual({ reached: false, because: 'failures' });
  });

  it('counts nothing after `until`', () => {
    expect(
      t7(
        [
          ['down', undefined, 10, 20],
          ['up', 'ams', 20, 40],
        ],
        { until: at(24) },
      ),
    ).toEqual({ reached: false, because: 'failures' });
  });

  it('takes the worst of two summaries of one probe and lets one fill what the other did not see', () => {
    const first = summary([
      ['up', 'fra', 1, 10],
      ['down', undefined, 10, 21],
    ]);
    const second = summary([['up', 'ams', 20, 40]]);
    expect(findT7([first, second], { t0: at(10), holdSeconds: 5, site: 'ams' })).toMatchObject({ at: at(21) });
  });
});

describe('T0', () => {
  const run = (bars: readonly Bar[], mode: 'unplanned' | 'planned' = 'unplanned') => measure(liveRun({ mode, probes: [summary(bars)] })).clock;
  const after: Bar[] = [
    ['down', undefined, 10, 19],
    ['up', 'onprem-ams', 19, 30],
  ];

  it('is the disruption when nothing failed before it', () => {
    expect(run([['up', 'onprem-fra', 1, 10], ...after]).t0).toBe(at(10));
    expect(
      run([
        ['up', 'onprem-fra', 1, 10.2],
        ['down', undefined, 10.2, 19],
        ['up', 'onprem-ams', 19, 30],
      ]),
    ).toMatchObject({ t0: at(10), t1: at(10.2) });
  });

  it('is the first outside failure that leads into the disruption', () => {
    expect(
      run([
        ['up', 'onprem-fra', 1, 7],
        ['down', undefined, 7, 19],
        ['up', 'onprem-ams', 19, 30],
      ]),
    ).toMatchObject({ t0: at(7), t1: at(7) });
  });

  it('is not a failure that was over before', () => {
    expect(run([['up', 'onprem-fra', 1, 7], ['down', undefined, 7, 8], ['up', 'onprem-fra', 8, 10], ...after]).t0).toBe(at(10));
  });

  it('takes a hole for no recovery', () => {
    expect(run([['up', 'onprem-fra', 1, 7], ['down', undefined, 7, 8], ['unknown', undefined, 8, 10], ...after]).t0).toBe(at(7));
  });

  it('is the quiesce in a planned drill, whatever failed before', () => {
    expect(
      run(
        [
          ['up', 'onprem-fra', 1, 7],
          ['down', undefined, 7, 19],
          ['up', 'onprem-ams', 19, 30],
        ],
        'planned',
      ),
    ).toMatchObject({ t0: at(10), t1: at(10) });
  });

  it('does not exist in a rehearsal', () => {
    expect(measure(rehearsal()).clock).toEqual({});
  });

  it('and every other point count at their first mention', () => {
    expect(measure(liveRun({ also: [entry(30, { type: 'clock', point: 't3' }), entry(31, { type: 'clock', point: 't0' })] })).clock).toMatchObject({
      t0: at(10),
      t3: at(10.6),
    });
  });

  it('has no T1 after it in an isolated drill, even when the real service fails meanwhile', () => {
    const beside = entry(41, {
      type: 'probes',
      route: 'live',
      summary: summary(
        [
          ['up', 'onprem-fra', 1, 12],
          ['down', undefined, 12, 14],
        ],
        { probe: 'other' },
      ),
    });
    expect(measure([...isolatedRun(), beside]).clock).not.toHaveProperty('t1');
  });

  it('leaves T1 out when clients noticed nothing', () => {
    expect(
      run(
        [
          ['up', 'onprem-fra', 1, 12],
          ['up', 'onprem-ams', 12, 30],
        ],
        'planned',
      ),
    ).not.toHaveProperty('t1');
  });
});

describe('RTA', () => {
  it('is T7 − T0 with its parts', () => {
    expect(measure(liveRun())).toMatchObject({ rta: { service: 9.25, full: 15.9, technical: 8.65, plusMinus: ERROR }, waitedForPeople: 0, rto: 'met' });
  });

  it('shows waiting for people apart and takes it out of the technical one', () => {
    const wait = (from: number, to: number) =>
      entry(to, { type: 'approval', by: 'ana', asserted: false, before: 'cutover', askedAt: at(from), decision: 'approved' });
    expect(measure(liveRun({ also: [wait(12, 14), wait(13, 15)] }))).toMatchObject({ rta: { service: 9.25, technical: 5.65 }, waitedForPeople: 3 });
    expect(measure(liveRun({ also: [wait(9, 11)] }))).toMatchObject({ rta: { technical: 8.25 }, waitedForPeople: 1 });
  });

  it('does not count an approval that was answered after the recovery', () => {
    expect(
      measure(liveRun({ also: [entry(21, { type: 'approval', by: 'ana', asserted: false, before: 'verify', askedAt: at(12), decision: 'approved' })] }))
        .waitedForPeople,
    ).toBe(0);
  });

  it('is never filled by an isolated drill', () => {
    const isolated = measure(isolatedRun());
    expect(isolated.rehearsedRta).toBe(9.25);
    expect(isolated.rta).toEqual({ plusMinus: ERROR });
    expect(isolated.clock).not.toHaveProperty('t1');
  });

  it('is absent when the service did not come back', () => {
    const {
      rta,
      t7: point,
      rto,
    } = measure(
      liveRun({
        probes: [
          summary([
            ['up', 'onprem-fra', 1, 10],
            ['down', undefined, 10, 42],
          ]),
        ],
        hold: false,
      }),
    );
    expect({ rta, point, rto }).toEqual({ rta: { full: 15.9, missing: 'failures' }, point: { reached: false, because: 'failures' }, rto: undefined });
  });

  it('does not take the service coming home for a recovery at the target', () => {
    const home: Bar[] = [
      ['up', 'onprem-fra', 1, 10],
      ['down', undefined, 10, 34],
      ['up', 'onprem-ams', 34, 42],
    ];
    expect(measure(liveRun({ probes: [summary(home)] })).t7.reached).toBe(false);
  });

  it('straddles when what is unknown in the hold window could hide a recovery beyond the RTO', () => {
    const bars: Bar[] = [
      ['up', 'onprem-fra', 1, 10],
      ['down', undefined, 10, 14],
      ['up', 'onprem-ams', 14, 16],
      ['unknown', undefined, 16, 21],
      ['up', 'onprem-ams', 21, 30],
    ];
    const run = (rtoSeconds: number) => measure(liveRun({ probes: [summary(bars)], objectives: { rtoSeconds, rpoSeconds: 10, holdSeconds: 5 } })).rto;
    expect(run(12.2)).toBe('straddles');
    expect(run(12.3)).toBe('met');
  });
});

describe('what clients missed', () => {
  it('is told apart by way, reads and writes', () => {
    const { downtime, failback } = measure(liveRun());
    expect(downtime).toEqual({
      reads: { seconds: 9.25, unknownSeconds: 0, plusMinusSeconds: ERROR },
      writes: { seconds: 9.5, unknownSeconds: 0, plusMinusSeconds: 0.25 },
    });
    expect(failback).toEqual({
      rta: 2.2,
      reads: { seconds: 1.5, unknownSeconds: 0, plusMinusSeconds: ERROR },
      writes: { seconds: 2.2, unknownSeconds: 0, plusMinusSeconds: 0.25 },
    });
  });

  it('counts what is unknown on the way back as missed, and says so', () => {
    const bars: Bar[] = [
      ['up', 'onprem-fra', 1, 10],
      ['down', undefined, 10, 19.25],
      ['up', 'onprem-ams', 19.25, 36],
      ['down', undefined, 36, 37],
      ['unknown', undefined, 37, 39.5],
      ['up', 'onprem-fra', 39.5, 42],
    ];
    expect(measure(liveRun({ probes: [summary(bars)] })).failback).toMatchObject({ rta: 3.5, reads: { seconds: 1, unknownSeconds: 2.5 } });
  });
});

describe('RPA', () => {
  const rpa = (read: ReturnType<typeof reading>, also: readonly Entry[] = []) => measure(liveRun({ read, also })).rpa;

  it('is 0 when no acknowledged marker is lost', () => {
    expect(rpa(reading(32, 0))).toMatchObject({ byCanary: 0, atLeast: false });
  });

  it('reaches from the newest marker before the first lost one to the last acknowledged one', () => {
    expect(rpa(reading(32, 11))).toEqual({ byCanary: 2.77, atLeast: false, byRecoveryPoint: 2.9, plusMinus: 0.3 });
  });

  it('counts from a marker lost in the middle, not from the newest that survived', () => {
    const middle = reading(32, 1, { firstLost: marker(10, 4.5), newestBeforeLoss: marker(9, 4.25) });
    expect(rpa(middle).byCanary).toBe(5.52);
  });

  it('is a lower bound when even the first marker is lost', () => {
    expect(rpa(reading(32, 32))).toMatchObject({ byCanary: 7.77, atLeast: true });
  });

  it('is not measured when nothing was acknowledged', () => {
    expect(rpa(reading(0, 0)).byCanary).toBeUndefined();
  });

  it('takes the oldest recovery point of the way out', () => {
    const more = [
      entry(13.5, { type: 'recovery-point', component: 'db', data: 'blobs', key: 'k', consistentAt: at(4), way: 'out' }),
      entry(36, { type: 'recovery-point', component: 'db', data: 'orders', key: 'k', consistentAt: at(1), way: 'back' }),
    ] as const;
    expect(rpa(reading(32, 11), more).byRecoveryPoint).toBe(6);
  });
});

describe('findings', () => {
  const found = (sample: Parameters<typeof liveRun>[0]) => measure(liveRun(sample)).findings;

  it('are none when all went well', () => {
    expect(found({})).toEqual([]);
    expect(measure(isolatedRun()).findings).toEqual([]);
  });

  it('name the outage after recovery, with its length', () => {
    const bars: Bar[] = [
      ...OUT_AND_BACK.slice(0, 2),
      ['up', 'onprem-ams', 19.25, 28],
      ['down', undefined, 28, 31],
      ['up', 'onprem-ams', 31, 36],
      ...OUT_AND_BACK.slice(3),
    ];
    expect(found({ probes: [summary(bars)] })).toEqual([`the service was down again for 3 s ± 1.3 s after it had recovered, from ${at(28)}`]);
  });

  it('name the silence of writes after recovery', () => {
    expect(
      found({
        canary: canary({
          silences: [
            { from: at(10), to: at(19.5) },
            { from: at(28), to: at(31) },
          ],
        }),
      }),
    ).toEqual([`no write was acknowledged for 3 s after the service had recovered, from ${at(28)}`]);
  });

  it('name the source answering clients after the target had taken over', () => {
    const bars: Bar[] = [...OUT_AND_BACK.slice(0, 2), ['up', 'onprem-ams', 19.25, 28], ['up', 'onprem-fra', 28, 30], ['up', 'onprem-ams', 30, 36]];
    expect(found({ probes: [summary(bars)] })).toEqual(['clients were answered by onprem-fra for 2 s after onprem-ams had taken over']);
  });

  it('name canary and recovery point when they are further apart than the canary can be off', () => {
    const old = (consistentAt: number) => ({
      without: (each: Entry) => each.type === 'recovery-point',
      also: [entry(13.5, { type: 'recovery-point', component: 'db', data: 'orders', key: 'k', consistentAt: at(consistentAt), way: 'out' })],
    });
    expect(found(old(6.68))).toEqual([]);
    expect(found(old(6.67))).toEqual(['the canary shows 2.8 s of data lost, the recovery point says 3.3 s: more apart than the canary can be off']);
    expect(found({ ...old(1), read: reading(32, 0) })).toEqual([]);
  });

  it('name markers that came twice or out of order', () => {
    expect(found({ read: reading(32, 11, { duplicated: 1, reordered: 2 }) })).toEqual([
      '1 marker found more than once at onprem-ams',
      '2 markers out of order at onprem-ams',
    ]);
  });

  it('name what an isolated drill did to the real service', () => {
    const run = [
      ...isolatedRun(),
      entry(41, {
        type: 'probes',
        route: 'live',
        summary: summary(
          [
            ['up', 'onprem-fra', 1, 20],
            ['down', undefined, 20, 22],
            ['up', 'onprem-fra', 22, 42],
          ],
          { probe: 'other' },
        ),
      }),
    ];
    expect(measure(run).findings).toEqual([`the live service was down for 2 s while the isolated drill ran, from ${at(20)}`]);
  });
});
