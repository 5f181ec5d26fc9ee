import type { WorkflowHandle } from '@temporalio/client';
import { MAIN_QUEUE } from '../../drills/queues.ts';
import type { Mode } from '../../drills/schema/names.ts';
import type { deploy } from '../../workflows/deploy.ts';
import { abort, retry, skip } from '../../workflows/messages.ts';
import type { sweep } from '../../workflows/sweep.ts';
import { APPROVER, type Wanted } from '../support/plans.ts';
import type { TestServer } from '../support/server.ts';
import { type DrillHandle, Stand } from '../support/stand.ts';

/** A run of a workflow that has come to its end, and whose history is kept. */
type Recording = (server: TestServer) => Promise<WorkflowHandle>;

const ownStep = { name: 'mask', after: 'start', run: './mask.sh', undo: './unmask.sh', repeat: 'safe' };
const own: Wanted = {
  drill: {
    steps: [ownStep, { ...ownStep, name: 'tell', after: 'failback' }],
    verify: [{ name: 'smoke', run: './smoke.sh' }],
    guards: [{ name: 'payday', run: './payday.sh' }],
  },
};

async function ended(stand: Stand, meanwhile: (handle: DrillHandle) => Promise<unknown> = async () => undefined): Promise<DrillHandle> {
  const handle = await stand.start();
  await Promise.all([handle.result(), stand.approved(handle), meanwhile(handle)]);
  return handle;
}

const inMode =
  (mode: Mode, fenced = false): Recording =>
  (server) =>
    ended(new Stand(server, { ...own, mode, fenced }));

/** One of each path that a change of the workflows may break. The names are those of the files. */
export const RECORDINGS: Readonly<Record<string, Recording>> = {
  rehearse: inMode('rehearse'),
  isolated: inMode('isolated', true),
  planned: inMode('planned'),
  unplanned: inMode('unplanned'),

  async aborted(server) {
    const stand = new Stand(server, own);
    stand.world.calls.when('readCanary', { where: ({ expect }) => expect === 'ams' }, async ({ workflowId }) => {
      await server.client.workflow.getHandle(workflowId).executeUpdate(abort, { args: [{ by: 'kim', reason: 'enough seen' }] });
    });
    return ended(stand);
  },

  async cancelled(server) {
    const stand = new Stand(server, own);
    stand.world.calls.when('ensureReady', {}, async ({ workflowId }) => {
      await server.client.workflow.getHandle(workflowId).cancel();
    });
    return ended(stand);
  },

  async 'decided-on'(server) {
    const stand = new Stand(server, own);
    stand.world.scripts.set('mask', { ok: false, exitCode: 1, output: 'no' });
    return ended(stand, async (handle) => {
      await stand.waiting(handle, 'decision');
      await handle.executeUpdate(retry, { args: [{ by: APPROVER, step: 'mask' }] });
      await stand.waiting(handle, 'decision');
      await handle.executeUpdate(skip, { args: [{ by: APPROVER, step: 'mask', reason: 'later' }] });
    });
  },

  async skipped(server) {
    const stand = new Stand(server);
    const first = await stand.start();
    await stand.waiting(first, 'approval');
    const second = await stand.start();
    await second.result();
    await first.cancel();
    await first.result();
    return second;
  },

  async lock(server) {
    const stand = new Stand(server, own);
    await ended(stand);
    return stand.lock();
  },

  async 'lock-that-cleans'(server) {
    const stand = new Stand(server, own);
    stand.world.calls.when('readCanary', { where: ({ expect }) => expect === 'ams' }, async ({ workflowId }) => {
      await server.client.workflow.getHandle(workflowId).terminate();
    });
    const handle = await stand.start();
    await Promise.allSettled([handle.result(), stand.approved(handle)]);
    await stand.unlocked();
    return stand.lock();
  },

  async deploy(server) {
    const { plan, world } = new Stand(server);
    const handle = await server.client.workflow.start<typeof deploy>('deploy', {
      taskQueue: MAIN_QUEUE,
      workflowId: `deploy/${world.name}/orders`,
      args: [{ installation: plan.installation, site: 'fra', components: plan.components, route: 'orders-drill' }],
    });
    await handle.result();
    return handle;
  },

  async sweep(server) {
    const { world } = await leftover(server);
    const handle = await server.client.workflow.start<typeof sweep>('sweep', {
      taskQueue: MAIN_QUEUE,
      workflowId: `sweep/${world.name}/all`,
      args: [{ dryRun: false }],
    });
    await handle.result();
    return handle;
  },
};

/** A thing of a run that nobody knows. */
async function leftover(server: TestServer): Promise<Stand> {
  const stand = new Stand(server);
  const id = { owner: { installation: stand.plan.installation, run: 'f'.repeat(16), expires: '2020-01-01T00:00:00.000Z' }, role: 'orders/db', generation: 1 };
  stand.world.make(stand.world.site('ams'), 'network', id, { egress: 'denied', witnesses: [] });
  return stand;
}
