import { ApplicationFailure, WorkflowFailedError } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeUndo } from '../../drills/undo.ts';
import { markOf } from '../../drills/mark.ts';
import { MAIN_QUEUE } from '../../drills/queues.ts';
import type { ResourceId } from '../../providers/spec.ts';
import type { sweep } from '../../workflows/sweep.ts';
import { tryAgain } from '../../workflows/messages.ts';
import { pointingAt } from '../support/fakes/index.ts';
import { disorder } from '../support/judge.ts';
import { startTestServer, type TestServer } from '../support/server.ts';
import { type DrillHandle, Stand } from '../support/stand.ts';
import { undoFaults } from '../support/undoFaults.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.stop());

async function drilled(stand: Stand, plan = stand.plan) {
  const handle = await stand.start(plan);
  const [result] = await Promise.all([handle.result(), stand.approved(handle)]);
  return { handle, result };
}

const all = async (stand: Stand, handle: DrillHandle) => [...disorder(stand), ...(await undoFaults(handle, stand.plan))];
const atTarget = (stand: Stand, role: string) => stand.world.site('ams').things.find(({ id }) => id?.role === `orders/${role}`)!;

describe.concurrent('safety rule 1: lock, fence, verify and clean-up cannot be left out', () => {
  it('refuses a plan without its fence before anything is asked of anybody', async () => {
    const stand = new Stand(server);
    const handle = await stand.start({ ...stand.plan, steps: stand.plan.steps.filter(({ uses }) => uses !== 'fence') });
    const error = await handle.result().catch((error: unknown) => error);
    expect(error).toBeInstanceOf(WorkflowFailedError);
    expect((error as WorkflowFailedError).cause).toMatchObject({
      type: 'PlanRefused',
      message: expect.stringContaining('fixed step fence, and it is missing'),
    });
    expect(stand.world.calls.all).toEqual([]);
    await expect(stand.lock().describe()).rejects.toThrow(/not found/i);
  });
});

describe.concurrent('safety rule 2: no second writer without a witnessed fence', () => {
  const neverStarted = (stand: Stand) => expect(stand.world.calls.of('ensureReady')).toEqual([]);

  it('starts no target when the source is not seen off and has no lease: the run stops, says what is missing and brings the source back', async () => {
    const stand = new Stand(server, { leases: false });
    stand.world.calls.when('setPower', { nth: 2 }, () => {
      for (const thing of stand.world.site('fra').things) Object.assign(thing, { power: 'running', stubborn: true });
    });
    const { handle, result } = await drilled(stand);
    expect(result.verdict).toBe('failed');
    expect(result.reasons.join('; ')).toMatch(/no second writer was started because db at fra was not seen fenced: db at fra not seen stopped/);
    neverStarted(stand);
    expect(await all(stand, handle)).toEqual([]);
  });

  it('starts no target when the source cannot be asked and goes on renewing its lease', async () => {
    const stand = new Stand(server);
    stand.world.calls.when('setPower', { nth: 2 }, () => {
      for (const thing of stand.world.site('fra').things) stand.world.start(thing);
      stand.world.site('fra').reachable = false;
    });
    stand.world.calls.when('witnessFence', {}, () => {
      stand.world.site('fra').reachable = true;
    });
    const { handle, result } = await drilled(stand);
    expect(result.reasons.join('; ')).toMatch(/writer of db\/orders was not seen fenced: storage lease of db\/orders was not seen to end/);
    neverStarted(stand);
    expect(await all(stand, handle)).toEqual([]);
  });

  it('takes a lease that has expired for a fence when the source cannot be asked', async () => {
    const stand = new Stand(server);
    stand.world.calls.when('setPower', { nth: 2 }, () => {
      stand.world.site('fra').reachable = false;
    });
    stand.world.calls.when('readCanary', { where: ({ expect: site }) => site === 'ams' }, () => {
      stand.world.site('fra').reachable = true;
    });
    const { handle, result } = await drilled(stand);
    expect(result.verdict).toBe('passed');
    expect(stand.noted(handle, 'fenced')[0]).toMatchObject({ what: 'writer of db/orders', witness: 'lease expired' });
    expect(await all(stand, handle)).toEqual([]);
  });

  it('does not start the source again while the target is not seen off: it keeps its data, and the lock waits', async () => {
    const stand = new Stand(server);
    stand.world.calls.when('readCanary', { where: ({ expect: site }) => site === 'ams' }, () => {
      atTarget(stand, 'db').stubborn = true;
    });
    const { handle, result } = await drilled(stand);
    expect(result.verdict).toBe('failed');
    expect(stand.noted(handle, 'retained').map(({ what }) => what.split(' ')[0])).toEqual(['db', 'api']);
    expect(stand.world.site('fra').things.map(({ power }) => power)).toEqual(['stopped', 'stopped']);
    expect(stand.world.violations).toEqual([]);
    expect(stand.world.calls.of('remove')).toEqual([]);
    expect((await stand.lock().describe()).status.name).toBe('RUNNING');
    atTarget(stand, 'db').stubborn = false;
    await stand.lock().signal(tryAgain);
    await stand.unlocked();
    expect(disorder(stand)).toEqual([]);
  });
});

describe.concurrent('safety rule 3: undo is registered before the act, and runs however the run ends', () => {
  const lost = () => {
    throw ApplicationFailure.nonRetryable('the reply was lost', 'Unavailable');
  };

  it.each([
    ['setPower', { nth: 1 }],
    ['ensureReady', { nth: 1 }],
    ['ensureReady', { nth: 2 }],
    ['runScript', { nth: 1 }],
    ['switchRoute', { nth: 1 }],
  ] as const)('undoes %s that took effect and failed', async (activity, which) => {
    const steps = [{ name: 'mask', after: 'restore', run: './mask.sh', undo: './unmask.sh', repeat: 'never' }];
    const stand = new Stand(server, { drill: { patience: '50ms', steps } });
    // A thing that never answers is replaced once: then the second one fails too.
    stand.world.calls.when(
      activity,
      activity === 'ensureReady' ? { nth: 'every', where: (input) => 'id' in input! && input.id.role === ['orders/db', 'orders/api'][which.nth - 1] } : which,
      lost,
    );
    const { handle, result } = await drilled(stand);
    expect(result.verdict).toBe('failed');
    expect(await all(stand, handle)).toEqual([]);
    if (activity === 'runScript') expect(stand.world.calls.of('runScript').map(({ input }) => input.run)).toEqual([['./mask.sh'], ['./unmask.sh']]);
  });

  it('undoes the rest when one undo fails, and keeps that one for the lock', async () => {
    const steps = [{ name: 'mask', after: 'restore', run: './mask.sh', undo: './unmask.sh', repeat: 'safe' }];
    const stand = new Stand(server, { drill: { steps } });
    stand.world.calls.when('runScript', { nth: 'every', where: ({ env }) => env['MUSTER_UNDO'] === '1' }, ({ result, workflow }) => {
      if (workflow === 'drill') Object.assign(result as object, { ok: false, exitCode: 4, output: 'no connection' });
    });
    const { handle, result } = await drilled(stand);
    expect(result.leftovers).toBe(0);
    expect(stand.noted(handle, 'finding').map(({ text }) => text)).toContain('not undone: undo mask: exit 4: no connection');
    const state = (await handle.describe()).memo?.['state'] as { undo: Parameters<typeof describeUndo>[0][] };
    expect(state.undo.map(describeUndo)).toEqual(['undo mask']);
    await stand.unlocked();
    expect(stand.world.calls.of('runScript').at(-1)).toMatchObject({ workflow: 'lock', outcome: 'done' });
    expect(disorder(stand)).toEqual([]);
  });
});

describe.concurrent('safety rule 4: nothing that a route points at is removed', () => {
  it('keeps what somebody has pointed the live route at in mid-drill; the lock stays until a person has moved it', async () => {
    const stand = new Stand(server, { mode: 'isolated' });
    const before = stand.world.routes.read('orders');
    stand.world.calls.when('switchRoute', {}, () => stand.world.routes.set('orders', pointingAt([atTarget(stand, 'api')])));
    const { handle, result } = await drilled(stand);
    expect(stand.world.violations).toEqual([]);
    expect(stand.world.calls.of('restoreRoute').map(({ input }) => input.route)).toEqual(['orders-drill']);
    expect(atTarget(stand, 'api')).toMatchObject({ power: 'running' });
    expect(stand.noted(handle, 'retained').map(({ why }) => why)).toContainEqual(expect.stringContaining('route orders points at ams:'));
    expect(result).toMatchObject({ verdict: 'failed', leftovers: 1 });

    const next = await stand.start();
    expect(await next.result()).toMatchObject({ verdict: 'skipped', reasons: [`never started: the lock is held by ${handle.workflowId}`] });
    expect((await stand.lock('route', 'orders-drill').describe()).status.name).toBe('RUNNING');
    stand.world.routes.set('orders', before);
    await stand.lock().signal(tryAgain);
    await stand.unlocked();
    expect(disorder(stand)).toEqual([]);
  });

  it('leaves a live route as somebody has set it after the cutover, and keeps everything until a person has put it back', async () => {
    const stand = new Stand(server);
    const elsewhere = { targets: [{ host: 'maintenance', port: 80, weight: 100 }], ttlSeconds: 5 };
    const before = stand.world.routes.read('orders');
    stand.world.calls.when('readCanary', { where: ({ expect: site }) => site === 'ams' }, () => stand.world.routes.set('orders', elsewhere));
    const { handle, result } = await drilled(stand);
    expect(stand.world.routes.read('orders').targets).toEqual(elsewhere.targets);
    expect(stand.world.calls.of('remove')).toEqual([]);
    expect(result.verdict).toBe('failed');
    expect(stand.noted(handle, 'failback')).toMatchObject([
      { ok: false, detail: expect.stringContaining('route orders points at maintenance:80, which this run did not set') },
    ]);
    stand.world.routes.set('orders', before);
    await stand.lock().signal(tryAgain);
    await stand.unlocked();
    expect(disorder(stand)).toEqual([]);
  });
});

describe.concurrent("safety rule 5: nothing is touched that is not this run's", () => {
  const idOf = (installation: string, run: string, role = 'orders/db'): ResourceId => ({
    owner: { installation, run, expires: '2020-01-01T00:00:00.000Z' },
    role,
    generation: 1,
  });
  const plant = ({ world }: Stand, id?: ResourceId, site = 'ams') => world.make(world.site(site), 'network', id, { egress: 'denied', witnesses: [] })!;
  const here = ({ world }: Stand) => Object.values(world.sites).flatMap(({ things }) => things.map(({ nativeId }) => nativeId));

  it('spares what is unmarked, of another installation, of another run and standing, in drill and sweep', async () => {
    const stand = new Stand(server);
    const name = stand.plan.installation;
    const spared = [
      plant(stand),
      plant(stand, idOf('other', 'standing')),
      plant(stand, idOf('other', 'a'.repeat(16))),
      plant(stand, idOf(name, 'standing', 'orders/x')),
      plant(stand, idOf(name, 'b'.repeat(16))),
    ];
    const { result } = await drilled(stand);
    expect(result).toMatchObject({ verdict: 'passed', leftovers: 0 });
    expect(here(stand)).toEqual(expect.arrayContaining(spared.map(({ nativeId }) => nativeId)));
    expect(stand.world.violations).toEqual([]);
  });

  it('sweeps leftovers of closed runs alone, and nothing at all in a dry run', async () => {
    const stand = new Stand(server, { mode: 'rehearse' });
    const name = stand.plan.installation;
    const closed = await stand.start();
    await closed.result();
    const live = new Stand(server);
    const open = await live.start();
    await live.waiting(open, 'approval');
    const mark = ({ workflowId }: DrillHandle) => markOf(server.namespace, workflowId);
    const [left, served, ...spared] = [
      plant(stand, idOf(name, mark(closed))),
      plant(stand, idOf(name, mark(closed), 'orders/api')),
      plant(stand, idOf(name, mark(open))),
      plant(stand, idOf(name, 'c'.repeat(16))),
      plant(stand, idOf(name, 'standing', 'orders/x')),
      plant(stand, idOf('other', mark(closed))),
      plant(stand),
    ];
    stand.world.routes.set('orders-drill', pointingAt([served!]));
    const before = here(stand);
    const swept = (dryRun: boolean) =>
      server.client.workflow.execute<typeof sweep>('sweep', { taskQueue: MAIN_QUEUE, workflowId: `sweep/${name}/${dryRun}`, args: [{ dryRun }] });
    const verdicts = (sites: Awaited<ReturnType<typeof swept>>) =>
      Object.fromEntries(sites.flatMap(({ found }) => found.map(({ nativeId, verdict }) => [nativeId, verdict])));

    expect(verdicts(await swept(true))[left!.nativeId]).toBe('would remove');
    expect(here(stand)).toEqual(before);

    const said = verdicts(await swept(false));
    expect(said[left!.nativeId]).toBe('removed');
    expect(said[served!.nativeId]).toMatch(/^left: .*route orders-drill points at/);
    expect(spared.slice(0, 3).map(({ nativeId }) => said[nativeId])).toEqual(['left: its run is open', 'left: its run is unknown', 'left: standing']);
    expect(here(stand)).toEqual(before.filter((each) => each !== left!.nativeId));
    await open.cancel();
    await open.result();
  });
});

describe.concurrent('safety rule 6: a run that ends dirty keeps its lock until it is clean', () => {
  it('keeps it while a site cannot be seen, and lets go when everything there is gone', async () => {
    const stand = new Stand(server);
    stand.world.calls.when('remove', { at: 'before' }, () => {
      stand.world.site('ams').reachable = false;
    });
    const { handle, result } = await drilled(stand);
    expect(result).toMatchObject({ verdict: 'inconclusive', leftovers: 'unknown' });
    expect(stand.world.ask('orders')).toMatchObject({ site: 'fra' });
    expect(await (await stand.start()).result()).toMatchObject({ verdict: 'skipped', reasons: [expect.stringContaining(handle.workflowId)] });
    stand.world.site('ams').reachable = true;
    await stand.lock().signal(tryAgain);
    await stand.unlocked();
    expect(disorder(stand)).toEqual([]);
  });

  it('is cleaned by its lock when it is terminated, and the next drill waits for that', async () => {
    const stand = new Stand(server);
    const handle = await stand.start();
    const refused = Promise.withResolvers<void>();
    stand.world.calls.when('lookUpRun', { at: 'before' }, () => refused.promise);
    stand.world.calls.when('ensureReady', { nth: 2 }, async () => {
      await handle.terminate('somebody clicked');
    });
    await stand.approved(handle);
    await expect(handle.result()).rejects.toThrow();
    expect(await (await stand.start()).result()).toMatchObject({ verdict: 'skipped', reasons: [expect.stringContaining(handle.workflowId)] });
    refused.resolve();
    await stand.unlocked();
    expect(disorder(stand)).toEqual([]);
    expect((await drilled(stand)).result.verdict).toBe('passed');
  });

  it('fails back with data for a run that is terminated after the cutover', async () => {
    const stand = new Stand(server);
    const handle = await stand.start();
    stand.world.calls.when('readCanary', { where: ({ expect: site }) => site === 'ams' }, async () => {
      await handle.terminate('somebody clicked');
    });
    await stand.approved(handle);
    await expect(handle.result()).rejects.toThrow();
    await stand.unlocked();
    expect(stand.world.vantages.acknowledgedBy('ams').length).toBeGreaterThan(0);
    expect(disorder(stand)).toEqual([]);
  });

  it('lets one of five run that start at once', async () => {
    const stand = new Stand(server);
    const handles = await Promise.all(Array.from({ length: 5 }, () => stand.start()));
    const results = await Promise.all(handles.map(async (handle) => (await Promise.all([handle.result(), stand.approved(handle)]))[0]));
    const verdicts = results.map(({ verdict }) => verdict).toSorted();
    expect(verdicts).toEqual(['passed', 'skipped', 'skipped', 'skipped', 'skipped']);
    expect(disorder(stand)).toEqual([]);
  });
});
