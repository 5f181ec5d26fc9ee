import { setTimeout as sleep } from 'node:timers/promises';
import { WorkflowNotFoundError, WorkflowUpdateFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ProviderError } from '../../providers/errors.ts';
import { abort, approve, reject, retry, skip, status } from '../../workflows/messages.ts';
import type { ActivityName, InputOf } from '../support/fakes/calls.ts';
import type { FakeWorld } from '../support/fakes/index.ts';
import { changes, disorder } from '../support/judge.ts';
import { APPROVER, REQUESTER, type Wanted } from '../support/plans.ts';
import { startTestServer, type TestServer } from '../support/server.ts';
import { type DrillHandle, Stand } from '../support/stand.ts';
import { undoFaults } from '../support/undoFaults.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.stop());

const by = { by: APPROVER };
const stop = { by: 'kim@example.com', reason: 'enough seen' };

/** What the run says against it. */
async function refusal(update: Promise<string>): Promise<string> {
  try {
    return `it agreed: ${await update}`;
  } catch (error) {
    return error instanceof WorkflowUpdateFailedError && error.cause ? error.cause.message : String(error);
  }
}

const ownStep = { name: 'mask', after: 'start', run: './mask.sh', undo: './unmask.sh', repeat: 'safe' };

describe.concurrent('approve and reject', () => {
  it('lets a second person with the role approve, once, whoever else tries', async () => {
    const stand = new Stand(server);
    const handle = await stand.start();
    expect(await refusal(handle.executeUpdate(approve, { args: [by] }))).toMatch(/nothing is waiting for approval/);
    await stand.waiting(handle, 'approval');
    expect(await refusal(handle.executeUpdate(approve, { args: [{ by: REQUESTER }] }))).toBe(
      `${REQUESTER} asked for this run: a second person must approve it`,
    );
    expect(await refusal(handle.executeUpdate(approve, { args: [{ by: 'eve@example.com' }] }))).toMatch(
      /eve@example.com does not have the role payments; it is held by .*li@example.com/,
    );
    expect(await refusal(handle.executeUpdate(approve, { args: [{ by: ' ' }] }))).toBe('say who you are');
    expect(changes(stand).filter(({ activity }) => activity !== 'canary')).toEqual([]);

    const answers = await Promise.all([1, 2].map(() => handle.executeUpdate(approve, { args: [by], updateId: 'one click too many' })));
    expect(answers).toEqual([`approved by ${APPROVER}`, `approved by ${APPROVER}`]);
    const { verdict } = await handle.result();
    expect(verdict).toBe('passed');
    expect(stand.noted(handle, 'approval')).toMatchObject([{ by: APPROVER, before: 'disrupt', decision: 'approved', asserted: true }]);
    expect(disorder(stand)).toEqual([]);
  });

  it('takes the first of two answers that come at once, and refuses the other', async () => {
    const stand = new Stand(server);
    const handle = await stand.start();
    await stand.waiting(handle, 'approval');
    const answers = await Promise.all([
      refusal(handle.executeUpdate(reject, { args: [{ ...by, reason: 'payday' }] })),
      refusal(handle.executeUpdate(approve, { args: [by] })),
    ]);
    const [first] = stand.noted({ workflowId: (await handle.result()) && handle.workflowId }, 'approval');
    const agreed = answers.filter((answer) => answer.startsWith('it agreed: '));
    expect(agreed).toEqual([`it agreed: ${first?.decision} by ${APPROVER}`]);
  });

  it('aborts when it is rejected, with the reason, before anything is touched', async () => {
    const stand = new Stand(server);
    const handle = await stand.start();
    await stand.waiting(handle, 'approval');
    expect(await refusal(handle.executeUpdate(reject, { args: [{ by: APPROVER, reason: '' }] }))).toBe('give a reason');
    await handle.executeUpdate(reject, { args: [{ by: APPROVER, reason: 'it is payday' }] });
    const { verdict, reasons } = await handle.result();
    expect({ verdict, reasons }).toEqual({ verdict: 'aborted', reasons: [expect.stringContaining('it is payday')] });
    expect(changes(stand).map(({ activity }) => activity)).toEqual(['canary']);
    expect(disorder(stand)).toEqual([]);
  });

  it('aborts when nobody approves in time, before anything is touched', async () => {
    const stand = new Stand(server, { drill: { approve: { before: 'disrupt', role: 'payments', expires: '300ms' } } });
    const handle = await stand.start();
    const { verdict, reasons } = await handle.result();
    expect({ verdict, reasons }).toEqual({ verdict: 'aborted', reasons: ['nobody approved in time: approval before disrupt expired'] });
    expect(changes(stand).map(({ activity }) => activity)).toEqual(['canary']);
  });

  it('rolls back when the approval before the cutover expires: the source is intact', async () => {
    const approvals = [
      { before: 'disrupt', role: 'payments' },
      { before: 'cutover', role: 'payments', expires: '300ms' },
    ];
    const stand = new Stand(server, { drill: { approve: approvals } });
    const handle = await stand.start();
    const [{ verdict }] = await Promise.all([handle.result(), stand.approved(handle)]);
    expect(verdict).toBe('aborted');
    expect(stand.world.calls.seen('ensureReady')).toBe(true);
    expect([...disorder(stand), ...(await undoFaults(handle, stand.plan))]).toEqual([]);
  });
});

interface Point {
  readonly phase: string;
  readonly activity: ActivityName;
  readonly when: (world: FakeWorld, moment: 'before' | 'after', then: (workflowId: string) => Promise<unknown>) => void;
}

const at = <N extends ActivityName>(phase: string, activity: N, where: (input: InputOf<N>) => boolean = () => true, nth = 1): Point => ({
  phase,
  activity,
  when: ({ calls }, moment, then) => calls.when(activity, { nth, at: moment, where }, async ({ workflowId }) => void (await then(workflowId))),
});
const role = (name: string) => (input: InputOf<'ensureReady'>) => input.id.role === `orders/${name}`;

/** Every act of an unplanned drill up to its end: before and after each, somebody aborts. */
const BEFORE_CUTOVER: readonly Point[] = [
  at('preflight', 'preflight'),
  at('baseline', 'awaitClean'),
  at('baseline', 'awaitRecoveryPoint'),
  at('disrupt', 'setPower'),
  at('fence', 'witnessFence'),
  at('fence', 'cutRoute'),
  at('restore', 'latestRecoveryPoint'),
  at('start', 'ensureReady', role('db')),
  at('start', 'ensureReady', role('api')),
  at('start', 'runScript', ({ name }) => name === 'mask'),
  at('cutover', 'readRoute', () => true, 2),
];
const AFTER_CUTOVER: readonly Point[] = [
  at('cutover', 'switchRoute'),
  at('verify', 'awaitClean', () => true, 2),
  at('verify', 'runScript', ({ name }) => name === 'smoke'),
  at('verify', 'readCanary', ({ expect: site }) => site === 'ams'),
  at('failback', 'witnessFence', ({ site }) => site === 'ams'),
  at('cleanup', 'remove'),
];

const wanted: Wanted = { drill: { steps: [ownStep], verify: [{ name: 'smoke', run: './smoke.sh' }] } };

/** Somebody aborts just then. */
async function abortedAt({ when }: Point, moment: 'before' | 'after', how: (handle: DrillHandle, stand: Stand) => Promise<unknown>) {
  const stand = new Stand(server, wanted);
  when(stand.world, moment, (workflowId) => how(server.client.workflow.getHandle(workflowId), stand));
  const handle = await stand.start();
  const [result] = await Promise.all([handle.result(), stand.approved(handle)]);
  return { stand, handle, result };
}

describe.concurrent('abort', () => {
  for (const [index, point] of BEFORE_CUTOVER.entries()) {
    // Before the effect it is as if the phase had not begun, after it as if it had just ended: by turns, for time's sake.
    const moment = index % 2 === 0 ? 'before' : 'after';
    it(`${moment} ${point.activity} of phase ${point.phase}: undone in reverse order, the route untouched, the source serves`, async () => {
      const { stand, handle, result } = await abortedAt(point, moment, (run) => run.executeUpdate(abort, { args: [stop] }));
      expect(result).toMatchObject({ verdict: 'aborted', reasons: ['aborted by kim@example.com: enough seen'], leftovers: 0 });
      expect(stand.world.routes.read('orders').version).toBe('1');
      expect([...disorder(stand), ...(await undoFaults(handle, stand.plan))]).toEqual([]);
      expect(
        stand
          .noted(handle, 'phase')
          .map(({ phase }) => phase)
          .slice(-3),
      ).toEqual(['cleanup', 'sweep', 'conclude']);
      expect((await stand.lock().describe()).status.name).toBe('COMPLETED');
    });
  }

  for (const [index, point] of AFTER_CUTOVER.entries()) {
    const moment = index % 2 === 0 ? 'after' : 'before';
    it(`${moment} ${point.activity} of phase ${point.phase}: fails back with every order that the target took`, async () => {
      const { stand, handle, result } = await abortedAt(point, moment, async (run, { world }) => {
        while (world.vantages.acknowledgedBy('ams').length === 0 && point.phase !== 'cutover') await sleep(10);
        await run.executeUpdate(abort, { args: [stop] });
      });
      expect(result).toMatchObject({ verdict: 'aborted', leftovers: 0 });
      expect([...disorder(stand), ...(await undoFaults(handle, stand.plan))]).toEqual([]);
      expect(stand.noted(handle, 'failback')).toMatchObject([{ ok: true }]);
    });
  }
});

describe.concurrent('after an abort before cutover', () => {
  const lost = at('start', 'ensureReady', role('db'));

  it('it is seen from outside, once everything is undone, that the source serves again', async () => {
    const { stand, result } = await abortedAt(lost, 'after', (run) => run.executeUpdate(abort, { args: [stop] }));
    const [, again] = stand.world.calls.of('awaitClean');
    const undone = Math.max(...stand.world.calls.of('setPower').map(({ endedAt }) => endedAt ?? 0));
    expect(again?.input.site).toBe('fra');
    expect(again!.n).toBeGreaterThan(undone);
    expect(result.verdict).toBe('aborted');
  });

  it('a source that is not seen serving again is a finding that nobody overlooks', async () => {
    const { stand, handle } = await abortedAt(lost, 'after', (run, { world }) => {
      world.calls.when('awaitClean', { at: 'before' }, () => {
        throw ApplicationFailure.nonRetryable('the vantage is blind');
      });
      return run.executeUpdate(abort, { args: [stop] });
    });
    expect(stand.noted(handle, 'finding').map(({ text }) => text)).toEqual([
      expect.stringMatching(/^fra was put back as it was, and was not seen serving: .*the vantage is blind; look there now$/),
    ]);
  });
});

describe.concurrent('abort, as it is asked for', () => {
  it('wants a name and a reason, takes the first and refuses the next', async () => {
    const stand = new Stand(server);
    const handle = await stand.start();
    await stand.waiting(handle, 'approval');
    expect(await refusal(handle.executeUpdate(abort, { args: [{ by: '', reason: 'why not' }] }))).toBe('say who you are');
    expect(await refusal(handle.executeUpdate(abort, { args: [{ by: 'kim', reason: ' ' }] }))).toBe('give a reason');
    const answers = await Promise.all([1, 2].map((n) => refusal(handle.executeUpdate(abort, { args: [{ by: 'kim', reason: `reason ${n}` }] }))));
    expect(answers.filter((answer) => answer.startsWith('it agreed: stopping'))).toHaveLength(1);
    expect(answers.filter((answer) => answer.startsWith('already stopping: reason'))).toHaveLength(1);
    expect((await handle.result()).reasons).toHaveLength(1);
  });

  it('is what a cancel from outside means: the run completes, undone', async () => {
    const { stand, handle, result } = await abortedAt(at('start', 'ensureReady', role('api')), 'after', (run) => run.cancel());
    expect(result).toMatchObject({ verdict: 'aborted', reasons: [expect.stringContaining('cancel request')] });
    expect((await handle.describe()).status.name).toBe('COMPLETED');
    expect([...disorder(stand), ...(await undoFaults(handle, stand.plan))]).toEqual([]);
  });

  it('reaches an act that takes long, and waits until it has come to rest', async () => {
    const stand = new Stand(server);
    stand.world.calls.when('ensureReady', { at: 'after', where: role('db') }, async ({ signal }) => {
      await sleep(60_000, undefined, { signal });
    });
    const handle = await stand.start();
    await stand.approved(handle);
    while (stand.world.calls.of('ensureReady').length === 0) await sleep(20);
    await handle.executeUpdate(abort, { args: [stop] });
    expect((await handle.result()).verdict).toBe('aborted');
    const [ensure] = stand.world.calls.of('ensureReady');
    const [remove] = stand.world.calls.of('remove').filter(({ input }) => input.id.role === 'orders/db');
    expect(ensure?.outcome).toBe('cancelled');
    expect(remove!.n).toBeGreaterThan(ensure!.endedAt!);
    expect([...disorder(stand), ...(await undoFaults(handle, stand.plan))]).toEqual([]);
  });

  it('is refused with everything else once the run is over', async () => {
    const stand = new Stand(server, { mode: 'rehearse' });
    const handle = await stand.start();
    await handle.result();
    const late = [
      handle.executeUpdate(approve, { args: [by] }),
      handle.executeUpdate(reject, { args: [{ ...by, reason: 'late' }] }),
      handle.executeUpdate(abort, { args: [stop] }),
      handle.executeUpdate(retry, { args: [{ ...by, step: 'preflight' }] }),
      handle.executeUpdate(skip, { args: [{ ...by, step: 'preflight', reason: 'late' }] }),
    ];
    for (const each of await Promise.allSettled(late)) expect(each.status === 'rejected' && each.reason).toBeInstanceOf(WorkflowNotFoundError);
  });
});

describe.concurrent('retry and skip', () => {
  it('tries a failed fixed step again when told, and never skips it', async () => {
    const stand = new Stand(server);
    stand.world.calls.when('ensureReady', { at: 'before', where: role('db') }, () => {
      throw new ProviderError('Capacity', 'fake', 'no machines left in ams');
    });
    const handle = await stand.start();
    await stand.approved(handle);
    await stand.waiting(handle, 'decision');
    expect((await handle.query(status)).waitingFor).toMatchObject({ what: 'decision', step: 'start db', error: expect.stringContaining('no machines left') });
    expect(await refusal(handle.executeUpdate(skip, { args: [{ ...by, step: 'start db', reason: 'who needs data' }] }))).toMatch(
      /start db is fixed.*safety rule 1/,
    );
    expect(await refusal(handle.executeUpdate(retry, { args: [{ ...by, step: 'start api' }] }))).toBe('step start api is not waiting for a decision');
    expect(await refusal(handle.executeUpdate(retry, { args: [{ ...by, step: 'start everything' }] }))).toBe('there is no step start everything');
    await handle.executeUpdate(retry, { args: [{ ...by, step: 'start db' }] });
    expect((await handle.result()).verdict).toBe('passed');
    expect(stand.noted(handle, 'step').filter(({ name }) => name === 'start db')).toMatchObject([{ result: 'failed' }, { result: 'done', attempts: 2 }]);
    expect(disorder(stand)).toEqual([]);
  });

  it('takes the first decision, and refuses another on the same step', async () => {
    const stand = new Stand(server, wanted);
    stand.world.scripts.set('mask', { ok: false, exitCode: 3, output: 'no such table' });
    const handle = await stand.start();
    await stand.approved(handle);
    await stand.waiting(handle, 'decision');
    stand.world.scripts.delete('mask');
    const answers = await Promise.all([
      refusal(handle.executeUpdate(retry, { args: [{ ...by, step: 'mask' }] })),
      refusal(handle.executeUpdate(skip, { args: [{ ...by, step: 'mask', reason: 'later' }] })),
    ]);
    expect(answers.filter((answer) => answer.startsWith('it agreed'))).toHaveLength(1);
    expect((await handle.result()).verdict).toBe('passed');
  });

  it("skips a step of the drill's own with a reason, as a deviation, and undoes it all the same", async () => {
    const stand = new Stand(server, wanted);
    stand.world.calls.when('runScript', { at: 'after', where: ({ name }) => name === 'mask' }, ({ result }) => {
      Object.assign(result as object, { ok: false, exitCode: 3, output: 'half of it is masked' });
    });
    const handle = await stand.start();
    await stand.approved(handle);
    await stand.waiting(handle, 'decision');
    expect(await refusal(handle.executeUpdate(skip, { args: [{ ...by, step: 'mask', reason: '' }] }))).toBe('give a reason');
    await handle.executeUpdate(skip, { args: [{ ...by, step: 'mask', reason: 'nobody looks at it' }] });
    expect((await handle.result()).verdict).toBe('passed');
    expect(stand.noted(handle, 'deviation')).toMatchObject([{ step: 'mask', by: APPROVER, text: 'skipped: nobody looks at it' }]);
    expect([...disorder(stand), ...(await undoFaults(handle, stand.plan))]).toEqual([]);
  });

  it('refuses to skip any fixed step, whether it waits or not, and names safety rule 1', async () => {
    const stand = new Stand(server, { drill: { ...wanted.drill, approve: { before: 'disrupt', role: 'payments' } } });
    const handle = await stand.start();
    await stand.waiting(handle, 'approval');
    const fixed = stand.plan.steps.filter((step) => step.uses !== 'script').map(({ name }) => name);
    expect(fixed).toHaveLength(17);
    for (const step of fixed) expect(await refusal(handle.executeUpdate(skip, { args: [{ ...by, step, reason: 'I want to' }] }))).toMatch(/safety rule 1/);
    await handle.executeUpdate(abort, { args: [stop] });
    await handle.result();
  });
});

describe.concurrent('nobody decides', () => {
  it('gives up when the patience of a failed step is over, undone', async () => {
    const stand = new Stand(server, { drill: { patience: '200ms' } });
    stand.world.calls.when('ensureReady', { nth: 'every', at: 'after', where: role('api') }, () => {
      throw new ProviderError('Quota', 'fake', 'no more machines for you');
    });
    const handle = await stand.start();
    const [result] = await Promise.all([handle.result(), stand.approved(handle)]);
    expect(result.verdict).toBe('failed');
    expect(result.reasons.join('; ')).toMatch(/step start api failed and nobody decided within 0.2 s: .*no more machines/);
    expect([...disorder(stand), ...(await undoFaults(handle, stand.plan))]).toEqual([]);
  });

  it("gives up when the run's own limit has passed, undone", async () => {
    const stand = new Stand(server, { drill: { limit: '2s', patience: '60s' } });
    stand.world.calls.when('ensureReady', { at: 'after', where: role('api') }, async ({ signal }) => {
      await sleep(60_000, undefined, { signal });
    });
    const handle = await stand.start();
    const [result] = await Promise.all([handle.result(), stand.approved(handle)]);
    expect(result.verdict).toBe('failed');
    expect(result.reasons.join('; ')).toContain("the run's limit of 2 s has passed");
    expect([...disorder(stand), ...(await undoFaults(handle, stand.plan))]).toEqual([]);
  });
});
