import { ApplicationFailure, WorkflowFailedError } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Call } from '../support/fakes/calls.ts';
import { changes, disorder } from '../support/judge.ts';
import { startTestServer, type TestServer } from '../support/server.ts';
import { type DrillHandle, Stand } from '../support/stand.ts';
import { undoFaults } from '../support/undoFaults.ts';
import { tryAgain } from '../../workflows/messages.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.stop());

/** A run to its end with what it left. */
async function drilled(stand: Stand, plan = stand.plan) {
  const handle = await stand.start(plan);
  const [result] = await Promise.all([handle.result(), stand.approved(handle)]);
  return { handle, result };
}

/** The site that a call goes to; what a vantage asks goes to the route. */
const siteOf = ({ activity, input }: Call): string | undefined =>
  typeof input === 'object' && 'site' in input && activity !== 'awaitClean' && activity !== 'readCanary' ? input.site : undefined;
const said = (calls: readonly Call[]): string[] => calls.map((call) => [call.activity, siteOf(call)].filter(Boolean).join(' '));

describe.concurrent('rehearse', () => {
  it('changes nothing at all', async () => {
    const stand = new Stand(server, { mode: 'rehearse', drill: { guards: [] } });
    const { handle, result } = await drilled(stand);
    expect(result.verdict).toBe('passed');
    expect(said(changes(stand))).toEqual([]);
    expect(disorder(stand)).toEqual([]);
    expect(await undoFaults(handle, stand.plan)).toEqual([]);
  });

  it('fails where a site is not ready', async () => {
    const stand = new Stand(server, { mode: 'rehearse' });
    stand.world.site('ams').reachable = false;
    const { result } = await drilled(stand);
    expect(result).toMatchObject({ verdict: 'failed', reasons: ['not ready: check site ams failed: ams does not answer'] });
  });
});

describe.concurrent('isolated', () => {
  it('boots nothing before the fence is proven, keeps off the source and the live route, and leaves nothing', async () => {
    const stand = new Stand(server, { mode: 'isolated', fenced: true });
    const { handle, result } = await drilled(stand);
    expect(result).toMatchObject({ verdict: 'passed', leftovers: 0 });
    const [fence, ...boots] = stand.world.calls.of('ensureReady');
    expect(fence?.input).toMatchObject({ kind: 'network', spec: { egress: 'denied', witnesses: [{ host: 'fra' }] } });
    expect(boots.map(({ input }) => input.id.role)).toEqual(['orders/db', 'orders/api']);
    for (const { n, input } of boots) {
      expect(n).toBeGreaterThan(fence!.endedAt!);
      expect(input.spec).toMatchObject({ network: { fence: { role: 'fence' } } });
    }
    expect(said(changes(stand)).filter((each) => each.endsWith(' fra'))).toEqual([]);
    expect(stand.world.routes.read('orders').version).toBe('1');
    expect(stand.world.routes.read('orders-drill').targets).toEqual([]);
    expect([...stand.world.store.points.keys()].filter((key) => key.startsWith('drill/'))).toEqual([]);
    expect(
      stand
        .noted(handle, 'probes')
        .find(({ route }) => route === 'live')
        ?.summary.spans.map(({ state, site }) => `${state} ${site}`),
    ).toEqual(['up fra']);
    expect([...disorder(stand), ...(await undoFaults(handle, stand.plan))]).toEqual([]);
  });

  it('boots nothing in a network that can be left', async () => {
    const stand = new Stand(server, { mode: 'isolated', fenced: true, drill: { patience: '100ms' } });
    stand.world.site('ams').leaks = true;
    const { handle, result } = await drilled(stand);
    expect(result.verdict).toBe('failed');
    expect(result.reasons.join('; ')).toContain('can be reached from inside');
    expect(stand.world.calls.of('ensureReady').map(({ input }) => input.kind)).toEqual(['network']);
    expect([...disorder(stand), ...(await undoFaults(handle, stand.plan))]).toEqual([]);
  });

  it('says so where isolation cannot be enforced', async () => {
    const stand = new Stand(server, { mode: 'isolated' });
    const { handle } = await drilled(stand);
    expect(stand.noted(handle, 'finding')).toMatchObject([{ text: 'not isolated: a fake site has no networks' }]);
    expect(() => new Stand(server, { mode: 'isolated', drill: { unfenced: undefined } })).toThrow(/cannot enforce isolation; say unfenced/);
    expect([...disorder(stand), ...(await undoFaults(handle, stand.plan))]).toEqual([]);
  });
});

describe.concurrent('planned', () => {
  it('shuts down what is public first, moves with the last write in hand, and loses nothing on either way', async () => {
    const stand = new Stand(server, {
      mode: 'planned',
      drill: { steps: [{ name: 'greet', after: 'failback', run: './greet.sh', undo: 'none', repeat: 'safe' }] },
    });
    const { handle, result } = await drilled(stand);
    expect(result).toMatchObject({ verdict: 'passed', markersLost: 0, rpaSeconds: 0 });
    const orders = stand.world.calls.of('setPower').map(({ input: { site, ref, to } }) => `${site} ${'id' in ref ? ref.id.role : ref.selector} ${to}`);
    expect(orders).toEqual([
      'fra orders/api stopped',
      'fra orders/db stopped',
      // Nobody has started it meanwhile: that is seen before the target is stopped.
      'fra orders/db stopped',
      'fra orders/api stopped',
      'ams orders/api stopped',
      'ams orders/db stopped',
      'fra orders/db running',
      'fra orders/api running',
    ]);
    const t0 = stand.noted(handle, 'clock').find(({ point }) => point === 't0')!.at;
    expect(stand.noted(handle, 'recovery-point').map(({ way, consistentAt }) => `${way} ${consistentAt >= t0}`)).toEqual(['out true', 'back true']);
    expect(stand.noted(handle, 'canary-read').map(({ way, reading }) => `${way} ${reading.lost}`)).toEqual(['out 0', 'back 0']);
    const restored = stand.world.calls.of('restoreRoute')[0];
    const greeted = stand.world.calls.of('runScript').find(({ input }) => input.name === 'greet');
    expect(greeted!.n).toBeGreaterThan(restored!.endedAt!);
    expect([...disorder(stand), ...(await undoFaults(handle, stand.plan))]).toEqual([]);
  });
});

describe.concurrent('unplanned', () => {
  it('calls a lost source once between T0 and T7, for its fence', async () => {
    const stand = new Stand(server);
    const { handle, result } = await drilled(stand);
    expect(result).toMatchObject({ verdict: 'passed', rtoMet: true, rpoMet: true, leftovers: 0 });
    const { all } = stand.world.calls;
    const cut = all.filter((call) => call.activity === 'setPower' && siteOf(call) === 'fra')[stand.plan.components.length - 1]!;
    const held = all.find((call) => call.activity === 'awaitClean' && call.n > cut.n)!;
    expect(said(all.filter((call) => call.n > cut.n && call.n < held.endedAt! && siteOf(call) === 'fra'))).toEqual(['witnessFence fra']);
    expect([...disorder(stand), ...(await undoFaults(handle, stand.plan))]).toEqual([]);
  });

  it('asks a source that is gone before it was cut once until the target serves, which serves on until the source is there to take over', async () => {
    const stand = new Stand(server);
    const fra = stand.world.site('fra');
    let asked = { gone: 0, cutover: 0 };
    stand.world.calls.when('awaitRecoveryPoint', {}, () => {
      for (const thing of fra.things) stand.world.stop(thing, 'cut');
      fra.reachable = false;
      asked = { ...asked, gone: fra.asked };
    });
    stand.world.calls.when('switchRoute', {}, () => {
      asked = { ...asked, cutover: fra.asked };
    });
    const { handle, result } = await drilled(stand);
    expect(asked.cutover - asked.gone).toBe(1);
    expect(stand.noted(handle, 'fenced')).toMatchObject([{ what: 'writer of db/orders', witness: 'lease expired' }]);
    expect(stand.noted(handle, 'finding').map(({ text }) => text)).toContainEqual(expect.stringContaining('fra does not answer: it is taken for lost'));
    expect(result).toMatchObject({ verdict: 'failed', rtoMet: true, rpoMet: true, leftovers: 'unknown' });
    expect(stand.noted(handle, 'retained').map(({ what }) => what.split(' ')[0])).toEqual(['db', 'api']);
    expect(stand.world.ask('orders')).toMatchObject({ site: 'ams' });
    // It is back, and runs with what it had then.
    fra.reachable = true;
    for (const thing of fra.things) Object.assign(thing, { power: 'running' });
    await stand.lock().signal(tryAgain);
    await stand.unlocked();
    expect(disorder(stand)).toEqual([]);
  });

  it('comes home from its last recovery point when somebody has removed the target that held the data', async () => {
    const stand = new Stand(server);
    const ams = stand.world.site('ams');
    stand.world.calls.when('readCanary', { where: ({ expect: site }) => site === 'ams' }, () => {
      const db = ams.things.find(({ id }) => id?.role === 'orders/db')!;
      stand.world.stop(db, 'stopped');
      ams.remove(db);
    });
    const { handle, result } = await drilled(stand);
    expect(stand.noted(handle, 'finding').map(({ text }) => text)).toContainEqual(expect.stringContaining('db is gone from ams: somebody removed it'));
    expect(result.leftovers).toBe(0);
    expect(disorder(stand)).toEqual([]);
  });

  it('never calls a source that is declared lost, and comes home only when a person says that it is there again', async () => {
    const stand = new Stand(server, { drill: { declaredLost: { by: 'kim@example.com', how: 'the building burns' } } });
    for (const thing of stand.world.site('fra').things) stand.world.stop(thing, 'cut');
    const { handle, result } = await drilled(stand);
    expect(result.verdict).toBe('inconclusive');
    expect(result.reasons.join('; ')).toContain('clients are still sent to ams');
    expect(stand.noted(handle, 'fenced')).toMatchObject([{ what: 'writer of db/orders', witness: 'lease expired' }]);
    expect(stand.noted(handle, 'retained').map(({ what }) => what.split(' ')[0])).toEqual(['db', 'api']);
    expect(stand.world.site('fra').asked).toBe(0);
    expect(stand.world.ask('orders')).toMatchObject({ site: 'ams' });
    expect((await stand.lock().describe()).status.name).toBe('RUNNING');
    await stand.lock().signal(tryAgain);
    await stand.unlocked();
    expect(disorder(stand)).toEqual([]);
  });

  it('completes with verdict failed when the service never recovers, and brings it home', async () => {
    const stand = new Stand(server, { drill: { deadline: '1s' } });
    stand.world.calls.when('switchRoute', {}, () => {
      for (const thing of stand.world.site('ams').things) thing.ill = true;
    });
    const { handle, result } = await drilled(stand);
    expect((await handle.describe()).status.name).toBe('COMPLETED');
    expect(result.verdict).toBe('failed');
    expect(result.reasons.join('; ')).toContain('the service did not recover by the deadline');
    expect([...disorder(stand), ...(await undoFaults(handle, stand.plan))]).toEqual([]);
  });
});

describe.concurrent('what cannot be known', () => {
  it('is inconclusive when a probe cannot run, and touches nothing', async () => {
    const stand = new Stand(server);
    stand.world.vantages.blind = true;
    const { result } = await drilled(stand);
    expect(result.verdict).toBe('inconclusive');
    expect(said(changes(stand))).toEqual(['canary']);
  });

  it('is inconclusive when probing ends in mid-drill, and the service comes home', async () => {
    const stand = new Stand(server, { drill: { deadline: '1s' } });
    stand.world.calls.when('witnessFence', {}, () => {
      stand.world.vantages.blind = true;
    });
    const { handle, result } = await drilled(stand);
    expect(result.verdict).toBe('inconclusive');
    expect([...disorder(stand), ...(await undoFaults(handle, stand.plan))]).toEqual([]);
  });

  it('is skipped when another run holds the workload, and names it', async () => {
    const stand = new Stand(server);
    const first = await stand.start();
    await stand.waiting(first, 'approval');
    const second = await stand.start();
    expect(await second.result()).toMatchObject({ verdict: 'skipped', reasons: [`never started: the lock is held by ${first.workflowId}`] });
    await first.cancel();
    await first.result();
  });
});

/** Why a run failed, and what it says of a verdict. */
async function failureOf(handle: DrillHandle): Promise<{ why: string; status: string; verdict: unknown }> {
  const why = await handle.result().then(
    ({ verdict }) => `it completed: ${verdict}`,
    (error: unknown) => (error instanceof WorkflowFailedError ? rootOf(error).message : String(error)),
  );
  const { status, searchAttributes } = await handle.describe();
  return { why, status: status.name, verdict: searchAttributes['DrillVerdict'] };
}

const rootOf = (error: Error): Error => (error.cause instanceof Error ? rootOf(error.cause) : error);

describe.concurrent('a broken runner fails the workflow and never reads as a failed drill', () => {
  it('by an activity that throws what no provider throws, again and again', async () => {
    const stand = new Stand(server, { drill: { guards: [{ name: 'payday', run: './payday.sh' }], patience: '100ms' } });
    stand.world.calls.when('runScript', { at: 'before', nth: 'every' }, () => {
      throw new TypeError('undefined is not a function');
    });
    const handle = await stand.start();
    expect(await failureOf(handle)).toEqual({ why: 'undefined is not a function', status: 'FAILED', verdict: undefined });
    expect(said(changes(stand))).toEqual(['runScript', 'runScript']);
    expect((await stand.lock().describe()).status.name).toBe('COMPLETED');
  });

  it('in mid-drill, with everything undone', async () => {
    const stand = new Stand(server, { drill: { patience: '100ms' } });
    stand.world.calls.when('ensureReady', { nth: 2 }, () => {
      throw ApplicationFailure.nonRetryable('cannot read properties of undefined', 'TypeError');
    });
    const handle = await stand.start();
    const [failure] = await Promise.all([failureOf(handle), stand.approved(handle)]);
    expect(failure).toEqual({ why: 'cannot read properties of undefined', status: 'FAILED', verdict: undefined });
    expect([...disorder(stand), ...(await undoFaults(handle, stand.plan))]).toEqual([]);
    expect((await stand.lock().describe()).status.name).toBe('COMPLETED');
  });

  it('on the way home, and its lock brings the service home', async () => {
    const stand = new Stand(server);
    stand.world.calls.when('setPower', { at: 'before', where: ({ site, to }) => site === 'fra' && to === 'running' }, () => {
      throw ApplicationFailure.nonRetryable('cannot read properties of undefined', 'TypeError');
    });
    const handle = await stand.start();
    const [failure] = await Promise.all([failureOf(handle), stand.approved(handle)]);
    expect(failure).toEqual({ why: 'cannot read properties of undefined', status: 'FAILED', verdict: undefined });
    await stand.unlocked();
    expect(disorder(stand)).toEqual([]);
  });

  it('by a mistake in the workflow itself', async () => {
    const stand = new Stand(server, { drill: { patience: '100ms' } });
    const components = stand.plan.components.map((each) => ({ ...each, env: undefined as never }));
    const handle = await stand.start({ ...stand.plan, components });
    const [failure] = await Promise.all([failureOf(handle), stand.approved(handle)]);
    expect(failure).toMatchObject({ why: expect.stringContaining('undefined'), status: 'FAILED', verdict: undefined });
    expect([...disorder(stand), ...(await undoFaults(handle, stand.plan))]).toEqual([]);
  });
});

describe.concurrent('the history', () => {
  it('of ten own steps costs at most eight events a step', async () => {
    const steps = Array.from({ length: 10 }, (_, index) => ({ name: `noop-${index}`, after: 'start', run: './noop.sh', undo: 'none', repeat: 'safe' }));
    const [bare, ten] = await Promise.all([[], steps].map((own) => eventsOf(new Stand(server, { mode: 'isolated', drill: { steps: own } }))));
    const each = (ten! - bare!) / 10;
    console.log(`events of a step: ${each}; of an isolated drill: ${bare}, with ten own steps: ${ten}`);
    expect(each).toBeLessThanOrEqual(8);
  });
});

async function eventsOf(stand: Stand): Promise<number> {
  const handle = await stand.start();
  await handle.result();
  return (await handle.describe()).historyLength;
}
