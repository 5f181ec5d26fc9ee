import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DrillRecord, drillRecord } from '../../drills/record.ts';
import { freePorts } from '../../lab/freePorts.ts';
import { editYaml } from '../../lab/ordersProject.ts';
import type { Stand } from '../../lab/stand.ts';
import { approved, APPROVER, putHome, REQUESTER } from './support/drills.ts';
import { type Ended, endMusters, muster, type Muster, musterAt, startMuster } from './support/muster.ts';
import { startQuickStand } from './support/quickStand.ts';

const WAITING = /waiting for payments to approve/;

let stand: Stand;
/** What each command said and how it ended. */
const ended: Record<string, Ended> = {};
const ids: Record<string, string> = {};

beforeAll(async () => {
  stand = await startQuickStand({
    copies: ['spare', 'broken', 'blind', 'far'],
    edits: {
      'drills/orders-to-ams.yaml': [[['vantages'], ['here']]],
      // Healthy wherever it runs, and wherever it runs it says that it is at home: whoever answers at the target is not the target.
      'workloads/broken.yaml': [[['components', 'api', 'env', 'SITE'], 'onprem-fra']],
      'drills/broken-to-ams.yaml': [
        [['deadline'], '12s'],
        [['objectives', 'rto'], '12s'],
      ],
      'workloads/blind.yaml': [[['probes'], [{ name: 'checkout', run: './dr/not-there.sh' }]]],
    },
  });
  const { project } = stand.lab;
  // After the start of the only worker: nobody serves that vantage.
  await editYaml(join(project, 'muster.yaml'), [[['vantages'], ['here', 'moon']]]);
  await editYaml(join(project, 'drills', 'far-to-ams.yaml'), [[['vantages'], ['here', 'moon']]]);
  await putHome(stand, 'orders', 'spare', 'broken', 'blind', 'far');
  await Promise.all([passed(), leftAlone(), neverRecovers(), cannotProbe(), nothingIsTouched()]);
}, 240_000);

afterAll(async () => {
  await endMusters();
  await stand?.stop();
});

async function passed(): Promise<void> {
  const run = run_('orders-to-ams', '--mode', 'planned', '--json', '--as', REQUESTER);
  const id = (ids['passed'] = await idOf(run));
  await run.says(WAITING);
  await Promise.all([
    keep('approved by oneself', 'approve', id, '--as', REQUESTER),
    keep('approved by a stranger', 'approve', id, '--as', 'eve@example.com'),
    keep('status while it waits', 'status', id),
    keep('skipped', 'run', 'orders-to-ams', '--mode', 'unplanned', '--json', '--as', 'bob'),
  ]);
  await keep('approved', 'approve', id, '--as', APPROVER, '--reason', 'agreed');
  ended['passed'] = await run.ended;
  const afterwards = ['status', 'watch', 'approve', 'abort'] as const;
  await Promise.all(afterwards.map((verb) => keep(`${verb} afterwards`, verb, id, ...(verb === 'abort' ? ['--reason', 'too late'] : []))));
}

async function leftAlone(): Promise<void> {
  await interruptedThenAborted();
  await terminated();
}

async function interruptedThenAborted(): Promise<void> {
  const run = run_('spare-to-ams', '--mode', 'planned', '--as', REQUESTER);
  const id = (ids['interrupted'] = await idOf(run));
  await run.says(WAITING);
  run.signal('SIGINT');
  ended['interrupted'] = await run.ended;
  ids['state after Ctrl-C'] = (await stand.client.workflow.getHandle(id).describe()).status.name;
  const watch = musterAt(stand, 'watch', id);
  await watch.says(WAITING);
  await keep('abort', 'abort', id, '--reason', 'not today', '--as', APPROVER);
  ended['aborted'] = await watch.ended;
}

/** Somebody ends the run from outside, as one can in the Temporal UI: there is no verdict. */
async function terminated(): Promise<void> {
  const detached = await muster(stand, 'run', 'spare-to-ams', '--mode', 'planned', '--detach', '--as', REQUESTER);
  ended['detached'] = detached;
  const id = (ids['detached'] = /drill\/\S+/.exec(detached.stderr)?.[0] ?? '');
  const watch = musterAt(stand, 'watch', id);
  await watch.says(WAITING);
  await stand.client.workflow.getHandle(id).terminate('ended by a test');
  ended['broken runner'] = await watch.ended;
}

async function neverRecovers(): Promise<void> {
  const run = run_('broken-to-ams', '--mode', 'planned', '--json', '--as', REQUESTER);
  await approved(stand.client.workflow.getHandle(await idOf(run)));
  ended['failed'] = await run.ended;
}

async function cannotProbe(): Promise<void> {
  await Promise.all([
    keep('no such probe', 'run', 'blind-to-ams', '--mode', 'unplanned', '--json', '--as', REQUESTER),
    keep('no such vantage', 'run', 'far-to-ams', '--mode', 'unplanned', '--json', '--as', REQUESTER),
  ]);
}

async function nothingIsTouched(): Promise<void> {
  const spoilt = join(stand.folder, 'spoilt');
  await cp(stand.lab.project, spoilt, { recursive: true });
  await editYaml(join(spoilt, 'drills', 'orders-to-ams.yaml'), [
    [['drill'], 'spoilt'],
    [['objectives', 'rto'], 'soon'],
    [['to'], 'onprem-asm'],
    [['modus'], ['unplanned']],
  ]);
  const [port = 0] = await freePorts([0]);
  const nobody = { TEMPORAL_ADDRESS: `127.0.0.1:${port}`, TEMPORAL_NAMESPACE: 'default' };
  ended['invalid file'] = await startMuster(['run', 'drills/orders-to-ams.yaml', '--mode', 'unplanned'], { cwd: spoilt, env: stand.env }).ended;
  ended['mode not allowed'] = await muster(stand, 'run', 'orders-to-ams', '--mode', 'reckless');
  ended['worker without a server'] = await startMuster(['worker'], { cwd: stand.lab.project, env: nobody }).ended;
  ended['worker with an invalid file'] = await startMuster(['worker'], { cwd: spoilt, env: stand.env }).ended;
  ended['no server'] = await startMuster(['run', 'orders-to-ams'], { cwd: stand.lab.project, env: nobody }).ended;
}

function run_(...args: readonly string[]): Muster {
  return musterAt(stand, 'run', ...args);
}

async function keep(name: string, ...args: readonly string[]): Promise<void> {
  ended[name] = await muster(stand, ...args);
}

/** As soon as it is said. */
async function idOf(run: Muster): Promise<string> {
  return (await run.says(/drill\/\S+/))[0];
}

function how(name: string): Ended {
  const found = ended[name];
  if (!found) throw new Error(`${name} was not tried`);
  return found;
}

/** Stdout is the record, the whole record and nothing else. */
function recordOf(name: string): DrillRecord {
  return drillRecord.parse(JSON.parse(how(name).stdout));
}

describe('muster run', () => {
  it('ends with 0 when the drill passed', () => {
    expect(how('passed').code).toBe(0);
    expect(recordOf('passed')).toMatchObject({ run: { workflowId: ids['passed'] }, mode: 'planned', verdict: { outcome: 'passed' } });
    expect(recordOf('passed').approvals).toMatchObject([{ by: APPROVER, decision: 'approved', reason: 'agreed' }]);
  });

  it('ends with 10 when the service never came back', () => {
    expect(how('failed').code).toBe(10);
    const { verdict, measures } = recordOf('failed');
    expect(verdict.outcome).toBe('failed');
    expect(verdict.reasons.join()).toMatch(/did not recover by the deadline: .*answered by onprem-fra/);
    expect(measures.rta).not.toHaveProperty('service');
  });

  it('ends with 11 when a probe cannot run, and nothing was touched', () => {
    expect(how('no such probe').code).toBe(11);
    const { verdict, resources, clock } = recordOf('no such probe');
    expect(verdict.outcome).toBe('inconclusive');
    expect(verdict.reasons.join()).toMatch(/so nothing was touched: .*could not be started: ENOENT/);
    expect([resources.created, clock.t0]).toEqual([[], undefined]);
  });

  it('ends with 11 when a vantage has no worker, and says how to start one', () => {
    expect(how('no such vantage').code).toBe(11);
    const { verdict, clock } = recordOf('no such vantage');
    expect(verdict.outcome).toBe('inconclusive');
    expect(verdict.reasons.join()).toContain('start one with: muster worker --vantage moon');
    expect(clock.t0).toBeUndefined();
  });

  it('ends with 13 when another run holds the lock, and names it', () => {
    expect(how('skipped').code).toBe(13);
    const { verdict } = recordOf('skipped');
    expect(verdict).toEqual({ outcome: 'skipped', reasons: [`never started: the lock is held by ${ids['passed']}`] });
  });

  it.each(['invalid file', 'worker with an invalid file'])('ends with 2 for an invalid file, with every mistake and its place (%s)', (name) => {
    const { code, stdout, stderr } = how(name);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/drills\/orders-to-ams\.yaml:\d+:\d+: .*soon/);
    expect(stderr).toMatch(/:\d+:\d+: .*onprem-asm.*onprem-ams/);
    expect(stderr).toMatch(/:\d+:\d+: .*modus/);
    expect(stderr).toMatch(/nothing was touched/);
  });

  it('has started nothing for an invalid file', async () => {
    const { count } = await stand.client.workflow.count(`Drill = 'spoilt'`);
    expect(count).toBe(0);
  });

  it('ends with 2 for a mode that there is not', () => {
    expect(how('mode not allowed')).toMatchObject({ code: 2, stdout: '' });
    expect(how('mode not allowed').stderr).toMatch(/no mode reckless; there are rehearse, isolated, planned, unplanned/);
  });

  it.each(['no server', 'worker without a server'])('ends with 2 and one line when there is no Temporal server (%s)', (name) => {
    const { code, stdout, stderr } = how(name);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^muster: no Temporal server at 127\.0\.0\.1:\d+; [^\n]*\n$/);
  });

  it('says where the run goes on after Ctrl-C, and leaves it running', () => {
    const { code, stderr } = how('interrupted');
    expect(code).toBe(130);
    expect(stderr).toContain(`npx muster watch ${ids['interrupted']}`);
    expect(stderr).toContain(`npx muster abort ${ids['interrupted']}`);
    expect(ids['state after Ctrl-C']).toBe('RUNNING');
  });

  it('with --detach starts the run, says how to come back, and leaves', () => {
    const { code, stdout, stderr } = how('detached');
    expect([code, stdout]).toEqual([0, '']);
    expect(stderr).toContain(`npx muster watch ${ids['detached']}`);
  });
});

describe('muster watch', () => {
  it('ends with 12 when the run was aborted', () => {
    expect(how('aborted').code).toBe(12);
    expect(how('aborted').stderr).toMatch(/aborted by li@example\.com: not today/);
  });

  it('ends with 1, and never as a failed drill, when the run was ended from outside', () => {
    expect(how('broken runner').code).toBe(1);
    expect(how('broken runner').stderr).toContain(
      `muster: ${ids['detached']} was terminated from outside and has no verdict: ended by a test; its lock cleans up`,
    );
    expect(how('broken runner').stderr).not.toMatch(/\n\s+at |FAILED/);
  });
});

describe('a person that is not the right one', () => {
  it.each([
    ['approved by oneself', /ana@example\.com asked for this run: a second person must approve it/],
    ['approved by a stranger', /eve@example\.com does not have the role payments; it is held by .*li@example\.com/],
  ])('is refused with the reason when %s', (name, reason) => {
    expect(how(name).code).toBe(2);
    expect(how(name).stderr).toMatch(reason);
  });

  it('is not the one who may', () => {
    expect(how('approved')).toMatchObject({ code: 0, stderr: `approved by ${APPROVER}\n` });
  });

  it('sees by status what is waited for', () => {
    const { code, stdout, stderr } = how('status while it waits');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^done\s+baseline/m);
    expect(stderr).toMatch(/phase disrupt, waiting for approval on approve disrupt until 20/);
  });
});

describe('a run that is over', () => {
  it.each(['status', 'watch'])('is said to be over by %s, with the way to its report', (verb) => {
    const { code, stderr } = how(`${verb} afterwards`);
    expect([code, stderr]).toEqual([0, `run is over: completed; see npx muster report ${ids['passed']}\n`]);
  });

  it.each(['approve', 'abort'])('refuses %s', (verb) => {
    const { code, stderr } = how(`${verb} afterwards`);
    expect(code).toBe(2);
    expect(stderr).toMatch(/the run is over/);
  });
});

it('writes no control characters where there is no terminal', () => {
  for (const [name, { stdout, stderr }] of Object.entries(ended)) expect(`${name}: ${stdout}${stderr}`).not.toMatch(/[^\P{Cc}\n]/u);
});
