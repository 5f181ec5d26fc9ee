import { existsSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { drillRecord } from '../../drills/record.ts';
import { editYaml } from '../../lab/ordersProject.ts';
import type { Stand } from '../../lab/stand.ts';
import { abort } from '../../workflows/messages.ts';
import { asksForApproval, begin, type DrillHandle, planned, putHome, seen } from './support/drills.ts';
import { type Ended, endMusters, muster, startMuster } from './support/muster.ts';
import { startQuickStand } from './support/quickStand.ts';
import { settled } from './support/settled.ts';

const SCHEDULED = 'quarterly-to-ams';
const SCHEDULE = `drill/${SCHEDULED}`;

let stand: Stand;
/** What each command said and how it ended. */
const ended: Record<string, Ended> = {};
/** A finished run on demand, and one that the schedule started. */
let rehearsed = '';
let scheduled = '';
let nextOfServer: readonly string[] = [];
let startedByPlanning = 0;

beforeAll(async () => {
  stand = await startQuickStand({
    copies: ['quarterly'],
    // Waits for a person, so that a second start finds it under way.
    edits: { [`drills/${SCHEDULED}.yaml`]: [[['schedule', 'mode'], 'planned']] },
  });
  await putHome(stand, 'orders', 'quarterly');
  await Promise.all([planAndValidate(), keep('doctor', 'doctor'), rehearseThenLook(), schedules()]);
}, 240_000);

afterAll(async () => {
  await endMusters();
  await stand?.stop();
});

async function keep(name: string, ...args: readonly string[]): Promise<void> {
  ended[name] = await muster(stand, ...args);
}

async function planAndValidate(): Promise<void> {
  const spoilt = join(stand.folder, 'spoilt');
  await cp(stand.lab.project, spoilt, { recursive: true });
  await editYaml(join(spoilt, 'muster.yaml'), [[['sites', 'onprem-ams', 'provider'], 'lokal']]);
  await editYaml(join(spoilt, 'workloads', 'orders.yaml'), [
    [['components', 'db', 'size', 'memory'], '256MB'],
    [['components', 'api', 'needs'], ['database']],
  ]);
  await editYaml(join(spoilt, 'drills', 'orders-to-ams.yaml'), [[['approve', 'before'], 'fence']]);
  ended['validate spoilt'] = await startMuster(['validate', 'muster.yaml', 'workloads/orders.yaml', 'drills/orders-to-ams.yaml'], { cwd: spoilt }).ended;
  const nobody = { TEMPORAL_ADDRESS: '127.0.0.1:1' };
  const offline = (...args: readonly string[]) => startMuster(args, { cwd: stand.lab.project, env: nobody }).ended;
  ended['validate'] = await offline('validate', 'muster.yaml', 'drills/orders-to-ams.yaml');
  ended['plan'] = await offline('plan', 'drills/orders-to-ams.yaml', '--mode', 'unplanned');
  ended['plan --json'] = await offline('plan', 'drills/orders-to-ams.yaml', '--mode', 'unplanned', '--json');
  startedByPlanning = (await stand.client.workflow.count(`WorkflowType = 'drill' AND DrillMode = 'unplanned'`)).count;
}

async function rehearseThenLook(): Promise<void> {
  const handle = await begin(stand, await planned(stand, 'rehearse'));
  rehearsed = handle.workflowId;
  await handle.result();
  await Promise.all([
    keep('report', 'report', rehearsed),
    keep('report --json', 'report', rehearsed, '--json'),
    keep('report of nothing', 'report', 'drill/nobody'),
    keep('gaps', 'gaps'),
    keep('gaps --json', 'gaps', '--json', '--drill', 'orders-to-ams'),
  ]);
}

async function schedules(): Promise<void> {
  const file = `drills/${SCHEDULED}.yaml`;
  await keep('create without a yes', 'schedule', 'create', file);
  await keep('show while paused', 'schedule', 'show', SCHEDULED);
  await keep('create', 'schedule', 'create', file, '--yes', '--as', 'ana@example.com');
  nextOfServer = (await stand.client.schedule.getHandle(SCHEDULE).describe()).info.nextActionTimes.slice(0, 4).map((at) => at.toISOString());
  await keep('list', 'schedule', 'list');
  await keep('trigger', 'schedule', 'trigger', SCHEDULED);
  const handle = await firstRun();
  scheduled = handle.workflowId;
  await seen(handle, asksForApproval);
  await keep('report too early', 'report', scheduled);
  await keep('trigger again', 'schedule', 'trigger', SCHEDULED);
  await settled(infoOf, ({ numActionsSkippedOverlap }) => numActionsSkippedOverlap > 0);
  await keep('pause without a reason', 'schedule', 'pause', SCHEDULED);
  await keep('pause', 'schedule', 'pause', SCHEDULED, '--reason', 'freeze week', '--as', 'ana@example.com');
  await editYaml(join(stand.lab.project, file), [[['schedule', 'on'], 'every Monday at 03:00']]);
  await keep('show', 'schedule', 'show', SCHEDULED);
  await keep('resume', 'schedule', 'resume', SCHEDULED);
  await keep('show when active', 'schedule', 'show', SCHEDULED);
  await handle.executeUpdate(abort, { args: [{ by: 'ana@example.com', reason: 'seen enough' }] });
  await handle.result();
  await Promise.all([keep('history', 'history'), keep('history --json', 'history', '--json')]);
  await keep('delete', 'schedule', 'delete', SCHEDULED);
  await Promise.all([
    keep('list afterwards', 'schedule', 'list'),
    keep('show afterwards', 'schedule', 'show', SCHEDULED),
    keep('history afterwards', 'history', '--json'),
  ]);
}

async function infoOf() {
  return (await stand.client.schedule.getHandle(SCHEDULE).describe()).info;
}

async function firstRun(): Promise<DrillHandle> {
  const { recentActions } = await settled(infoOf, (info) => info.recentActions.length > 0);
  const action = recentActions[0]?.action;
  if (action?.type !== 'startWorkflow') throw new Error('the schedule started nothing');
  return stand.client.workflow.getHandle(action.workflow.workflowId);
}

function how(name: string): Ended {
  const found = ended[name];
  if (!found) throw new Error(`${name} was not tried`);
  return found;
}

const inDublin = (at: Date, part: Intl.DateTimeFormatOptions): string => new Intl.DateTimeFormat('en-GB', { timeZone: 'Europe/Dublin', ...part }).format(at);

const isoIn = (text: string): string[] => [...text.matchAll(/\((\d{4}-[^)]*Z)\)/g)].map(([, at = '']) => at);

describe('muster validate', () => {
  it('says every mistake of all files at once, each with its place, and ends with 2', () => {
    const { code, stderr } = how('validate spoilt');
    expect(code).toBe(2);
    expect(stderr.trim().split('\n')).toEqual([
      expect.stringMatching(/^drills\/orders-to-ams\.yaml:\d+:\d+: .*fence/),
      expect.stringMatching(/^muster\.yaml:\d+:\d+: .*lokal.*local/),
      expect.stringMatching(/^workloads\/orders\.yaml:\d+:\d+: .*256MB.*256Mi/),
      expect.stringMatching(/^workloads\/orders\.yaml:\d+:\d+: .*database/),
      expect.stringMatching(/^workloads\/orders\.yaml:\d+:\d+: .*needs\.db\.http/),
      '5 problems; nothing was touched',
    ]);
  });

  it('finds nothing to say about the example, without a server', () => {
    expect(how('validate')).toMatchObject({ code: 0, stdout: '', stderr: expect.stringMatching(/^no problem found/) });
  });
});

describe('muster plan', () => {
  it('prints script, blast radius, point of no return and gaps, without a server', () => {
    const { code, stdout } = how('plan');
    expect(code).toBe(0);
    expect(stdout).toMatch(/Targets: RTO 1 min 0 s/);
    expect(stdout).toMatch(/! +.*disrupt/);
    expect(stdout).toMatch(/^Blast radius: clients of orders \(orders\) lose the service/m);
    expect(stdout).toMatch(/^Point of no return: disrupt/m);
    expect(stdout).toMatch(/SVC-01 .*\n.*email\.eu-west-1\.amazonaws\.com/);
  });

  it('gives the plan itself as JSON', () => {
    const { code, stdout } = how('plan --json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      mode: 'unplanned',
      pointOfNoReturn: 'disrupt',
      criticalPathSeconds: expect.any(Number),
      blastRadius: expect.any(Array),
    });
  });

  it('starts nothing', () => {
    expect(startedByPlanning).toBe(0);
  });
});

describe('muster doctor', () => {
  it('finds server, worker, vantage, sites, store and routes well, and the runner where it should not be', () => {
    const { code, stdout } = how('doctor');
    const lines = stdout.trim().split('\n');
    expect(lines.filter((line) => line.startsWith('ok ')).map((line) => line.slice(4, 26).trim())).toEqual(
      expect.arrayContaining([
        'server',
        'retention',
        'search attributes',
        'worker',
        'vantage here',
        'site onprem-fra',
        'site onprem-ams',
        'store neutral',
        'route orders',
        'clocks',
      ]),
    );
    expect(lines.filter((line) => line.startsWith('NOT'))).toEqual([expect.stringMatching(/runner .*RUN-01/)]);
    expect(code).toBe(1);
  });
});

describe('muster report', () => {
  it('prints the report as Markdown and says where the page lies', () => {
    const { code, stdout, stderr } = how('report');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^# /);
    expect(stdout).toContain(rehearsed);
    expect(existsSync(stderr.replace('page: ', '').trim())).toBe(true);
  });

  it('gives the record as JSON', () => {
    expect(drillRecord.parse(JSON.parse(how('report --json').stdout))).toMatchObject({ run: { workflowId: rehearsed }, verdict: { outcome: 'passed' } });
  });

  it('says of a run that runs, and of one that there is not, what to do', () => {
    expect(how('report too early')).toMatchObject({
      code: 2,
      stdout: '',
      stderr: `muster: ${scheduled} is still running; see npx muster watch ${scheduled}\n`,
    });
    expect(how('report of nothing')).toMatchObject({ code: 2, stdout: '', stderr: 'muster: there is no run drill/nobody; see npx muster history\n' });
  });
});

describe('muster gaps', () => {
  it('tells each gap with its evidence and what to do', () => {
    const { code, stdout } = how('gaps');
    expect(code).toBe(0);
    expect(stdout).toMatch(/S2 SVC-01 .*\n\s+workload orders: .*amazonaws\.com\n\s+> /);
  });

  it('gives them as JSON', () => {
    expect(JSON.parse(how('gaps --json').stdout)).toEqual([
      expect.objectContaining({ drill: 'orders-to-ams', run: rehearsed, gaps: expect.arrayContaining([expect.objectContaining({ id: 'SVC-01' })]) }),
    ]);
  });
});

describe('muster schedule', () => {
  it('shows the next four runs, as the server has them, before it is active', () => {
    const { code, stderr } = how('create');
    const [head = '', ...lines] = stderr.trim().split('\n');
    expect(code).toBe(0);
    expect(head).toBe(`${SCHEDULE} runs first Tuesday of the quarter at 09:00, Europe/Dublin, mode planned`);
    expect(lines).toHaveLength(5);
    expect(isoIn(lines.slice(0, 4).join('\n'))).toEqual(nextOfServer);
    expect(lines[4]).toBe('active');
  });

  it('means first Tuesdays of quarters at nine in Dublin', () => {
    expect(nextOfServer).toHaveLength(4);
    for (const at of nextOfServer.map((iso) => new Date(iso))) {
      expect([inDublin(at, { weekday: 'long' }), inDublin(at, { hour: '2-digit', minute: '2-digit' })]).toEqual(['Tuesday', '09:00']);
      expect(['January', 'April', 'July', 'October']).toContain(inDublin(at, { month: 'long' }));
      expect(at.getUTCDate()).toBeLessThanOrEqual(7);
    }
  });

  it('is not active without a yes where nobody can be asked', () => {
    expect(how('create without a yes')).toMatchObject({ code: 2, stderr: expect.stringMatching(/not active: nobody can be asked here; say --yes/) });
    expect(how('show while paused').stdout).toMatch(/^paused: made, not yet active$/m);
  });

  it('lists what there is', () => {
    expect(how('list').stdout).toBe(`${SCHEDULE}  next ${nextOfServer[0]}\n`);
  });

  it('starts a run now, and skips a start while one is under way', () => {
    expect(how('trigger')).toMatchObject({ code: 0, stderr: `${SCHEDULE}: started once\n` });
    expect(how('trigger again').code).toBe(0);
    expect(how('show').stdout).toMatch(/^runs: 1 started, 1 skipped because one was under way, 0 missed$/m);
    expect(how('show').stdout).toContain(scheduled);
  });

  it('is paused with a reason and by somebody, never without', () => {
    expect(how('pause without a reason')).toMatchObject({ code: 2, stderr: expect.stringMatching(/--reason/) });
    expect(how('pause').code).toBe(0);
    expect(how('show').stdout).toMatch(/^paused: freeze week \(ana@example\.com\)$/m);
  });

  it('says that the file has changed since', () => {
    expect(how('show while paused').stdout).toMatch(/^the file is as it was when the schedule was made$/m);
    expect(how('show').stdout).toMatch(
      /^DRIFT: on is every Monday at 03:00 in the file, first Tuesday of the quarter at 09:00 in the schedule; take the file as it is with: /m,
    );
  });

  it('starts no run by itself while one is under way', () => {
    expect(how('show when active').stdout).toMatch(/^active .*; overlap skip, a missed start is made up for within \d+ s$/m);
  });

  it('is resumed, and deleted', () => {
    expect(how('resume')).toMatchObject({ code: 0, stderr: `${SCHEDULE}: active\n` });
    expect(how('delete').code).toBe(0);
    expect(how('list afterwards').stderr).toMatch(/^no schedules; make one with/);
    expect(how('show afterwards')).toMatchObject({ code: 2, stderr: expect.stringMatching(/there is no schedule drill\/quarterly-to-ams/) });
  });
});

describe('muster history', () => {
  it('tells runs of a schedule from those on demand', () => {
    const rows = JSON.parse(how('history --json').stdout) as { run: string }[];
    expect(rows.find(({ run }) => run === rehearsed)).toMatchObject({ trigger: 'on demand', verdict: 'passed', mode: 'rehearse' });
    expect(rows.find(({ run }) => run === scheduled)).toMatchObject({ trigger: 'schedule', verdict: 'aborted', mode: 'planned' });
  });

  it('counts what the schedule skipped, and links to saved views', () => {
    const { code, stdout } = how('history');
    expect(code).toBe(0);
    expect(stdout).toContain(`schedule ${SCHEDULE}: 1 started, 1 skipped because one was under way, 0 missed`);
    expect(stdout).toMatch(/^ {2}Failed drills +http:\/\/127\.0\.0\.1:8233\/namespaces\/drills\/workflows\?query=\S+&savedQuery=Failed\+drills$/m);
  });

  it('still has the runs of a schedule that was deleted', () => {
    expect(how('history afterwards').stdout).toContain(scheduled);
  });
});
