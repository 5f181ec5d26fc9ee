import { describe, expect, it } from 'vitest';
import { drillRecord, makeRecord, shortForm } from '../../drills/record.ts';
import { verdict } from '../../drills/verdict.ts';
import type { Entry } from '../../drills/journal.ts';
import { at, entry, idOf, isolatedRun, liveRun, reading, rehearsal, START, summary } from './sampleJournal.ts';
import { GAPS, RUN, samplePlan } from './samplePlan.ts';

const recordOf = (entries: readonly Entry[], plan = samplePlan()) => makeRecord(plan, RUN, entries, START);

describe('the record', () => {
  it.each([
    ['unplanned', liveRun(), samplePlan()],
    ['planned', liveRun({ mode: 'planned' }), samplePlan('planned')],
    ['isolated', isolatedRun(), samplePlan('isolated', { unfenced: 'a reason of some length' })],
    ['rehearse', rehearsal(), samplePlan('rehearse')],
    ['empty', [], samplePlan('unplanned', { declaredLost: { by: 'ana', how: 'fire' } })],
  ])('of a run is what its schema says, also after being written and read: %s', (_, entries, plan) => {
    const record = recordOf(entries, plan);
    expect(drillRecord.parse(record)).toEqual(record);
    expect(drillRecord.parse(JSON.parse(JSON.stringify(record)))).toEqual(record);
  });

  it('refuses what it does not know', () => {
    expect(drillRecord.safeParse({ ...recordOf(liveRun()), extra: 1 }).success).toBe(false);
    expect(drillRecord.safeParse({ ...recordOf(liveRun()), schemaVersion: 2 }).success).toBe(false);
  });

  it('has the verdict of the journal and the figures in seconds', () => {
    const record = recordOf(liveRun());
    expect(record.verdict).toEqual(verdict(liveRun()));
    expect(record.measures).toMatchObject({
      rta: { service: 9.25, full: 15.9, technical: 8.65, plusMinus: 1.3 },
      failback: { rta: 2.2 },
      waitedForPeople: 0,
      rpa: { byCanary: 2.77, byRecoveryPoint: 2.9, plusMinus: 0.3 },
      canary: { acknowledged: 32, survived: 21, lost: 11, duplicated: 0, reordered: 0 },
      targets: { rto: 'met', rpo: 'met' },
      probes: [
        {
          vantage: 'here',
          outages: [
            { from: at(10), to: at(19.25), seconds: 9.25 },
            { from: at(36), to: at(37.5), seconds: 1.5 },
          ],
        },
      ],
    });
    expect(record.clock).toEqual({
      t0: at(10),
      t1: at(10),
      t2: at(9.7),
      t3: at(10.6),
      t4: at(16.1),
      t5: at(18.4),
      t6: at(19.2),
      t7: at(19.25),
      t8: at(25.9),
      t9: at(40.5),
      t10: at(42.4),
    });
    expect(record.endedAt).toBe(at(42.4));
  });

  it('names the files that all of it can be computed from', () => {
    expect(recordOf(liveRun()).files).toEqual([
      { file: 'probes/here-http.jsonl', sha256: 'a'.repeat(64), what: 'samples of probe http at here' },
      { file: 'canary.jsonl', sha256: 'b'.repeat(64), what: 'ledger of the canary' },
    ]);
  });

  it('says how an instance that cannot write was seen, and when it was not', () => {
    const { fences } = recordOf(liveRun({ also: [entry(12, { type: 'unfenced', what: 'db at x', missing: 'no lease' })] }));
    expect(fences.map(({ what, witness }) => [what, witness])).toEqual([
      ['db at x', 'none'],
      ['db at onprem-fra', 'power off'],
    ]);
  });
});

describe('leftovers', () => {
  const found = { kind: 'workload' as const, id: idOf('db'), nativeId: 'process 4711' };
  const look = (seconds: number, site: string, what: 'unknown' | [typeof found] | []) =>
    entry(seconds, { type: 'leftovers', site, found: what, detail: 'listed' });

  it('are what the last look at each site found', () => {
    expect(recordOf(liveRun()).resources.leftovers).toEqual([]);
    expect(recordOf(liveRun({ also: [look(43, 'onprem-ams', [found])] })).resources.leftovers).toEqual([
      { site: 'onprem-ams', kind: 'workload', role: 'orders/db', nativeId: 'process 4711' },
    ]);
    expect(recordOf(liveRun({ also: [look(43, 'onprem-ams', [found]), look(44, 'onprem-ams', [])] })).resources.leftovers).toEqual([]);
  });

  it('are unknown when one site could not be seen, and what was seen elsewhere is kept', () => {
    const { leftovers, looked } = recordOf(liveRun({ also: [look(43, 'onprem-ams', 'unknown'), look(43, 'onprem-fra', [found])] })).resources;
    expect(leftovers).toBe('unknown');
    expect(looked.map(({ found: at }) => at)).toEqual([[expect.objectContaining({ nativeId: 'process 4711' })], 'unknown']);
  });

  it('are unknown when nobody looked after something was touched', () => {
    expect(recordOf(liveRun({ without: ({ type }) => type === 'leftovers' })).resources.leftovers).toBe('unknown');
    expect(recordOf(rehearsal(), samplePlan('rehearse')).resources.leftovers).toEqual([]);
  });

  it('are a finding', () => {
    expect(recordOf(liveRun({ also: [look(43, 'onprem-ams', [found])] })).findings).toEqual(['left behind at onprem-ams: workload orders/db (process 4711)']);
  });
});

describe('gaps', () => {
  it('are one for each id, worst first, the observed outranking the static, with the evidence of both', () => {
    const observed = {
      ...GAPS[3],
      id: 'DNS-02',
      title: 'seen',
      severity: 'S2' as const,
      confidence: 'observed' as const,
      evidence: [{ kind: 'observation' as const, ref: 'probe http', shows: '30 s late' }],
      remediation: 'now',
    };
    const { gaps } = recordOf(liveRun({ also: [entry(20, { type: 'gap', gap: observed }), entry(21, { type: 'gap', gap: observed })] }));
    expect(gaps.map(({ id, severity }) => `${id} ${severity}`)).toEqual(['IMG-03 S1', 'SVC-01 S1', 'DNS-02 S2', 'RUN-01 S2']);
    expect(gaps[2]).toMatchObject({ title: 'seen', confidence: 'observed', evidence: [{ ref: 'probe http' }, { ref: 'route orders' }] });
  });
});

describe('the short form', () => {
  const short = (entries: readonly Entry[], plan = samplePlan()) => shortForm(recordOf(entries, plan), '/evidence/run');

  it('is flat and small, for the result in the Temporal UI', () => {
    const result = short(liveRun());
    expect(result).toMatchObject({
      verdict: 'passed',
      rtaSeconds: 9.25,
      rtaPlusMinusSeconds: 1.3,
      rtoSeconds: 60,
      rtoMet: true,
      rpaSeconds: 2.77,
      rpoMet: true,
      markersAcknowledged: 32,
      markersLost: 11,
      failbackRtaSeconds: 2.2,
      leftovers: 0,
      gaps: ['IMG-03', 'SVC-01', 'RUN-01', 'DNS-02'],
      environment: 'emulated',
      vendors: ['self'],
      evidence: '/evidence/run',
    });
    expect(Object.values(result).every((value) => typeof value !== 'object' || (Array.isArray(value) && value.every((each) => typeof each === 'string')))).toBe(
      true,
    );
    expect(JSON.stringify(result).length).toBeLessThan(2000);
  });

  it('claims no RTA for an isolated drill, and no target that was not measured', () => {
    const isolated = short(isolatedRun(), samplePlan('isolated'));
    expect(isolated.rehearsedRtaSeconds).toBe(9.25);
    expect(Object.keys(isolated)).not.toContain('rtaSeconds');
    expect(Object.keys(isolated)).not.toContain('rtoMet');
    const lost = short(
      liveRun({
        probes: [
          summary([
            ['up', 'onprem-fra', 1, 10],
            ['down', undefined, 10, 42],
          ]),
        ],
        hold: false,
        read: 'never',
      }),
    );
    expect([lost.rtoMet, lost.rpoMet, lost.rtaSeconds, lost.rpaSeconds]).toEqual([undefined, undefined, undefined, undefined]);
  });

  it('says neither yes nor no where the error bar straddles the target', () => {
    expect(short(liveRun({ objectives: { rtoSeconds: 9, rpoSeconds: 2.8, holdSeconds: 5 } }))).not.toHaveProperty('rtoMet');
    expect(short(liveRun({ objectives: { rtoSeconds: 7, rpoSeconds: 2, holdSeconds: 5 } }))).toMatchObject({ rtoMet: false, rpoMet: false });
  });

  it('says unknown, never 0, of leftovers that nobody could see', () => {
    expect(short(liveRun({ also: [entry(43, { type: 'leftovers', site: 'onprem-ams', found: 'unknown', detail: '' })] })).leftovers).toBe('unknown');
  });

  it('takes the larger figure where even the first marker is lost', () => {
    expect(short(liveRun({ read: reading(4, 4) })).rpaSeconds).toBe(2.9);
  });
});
