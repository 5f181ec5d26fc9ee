import { setTimeout as sleep } from 'node:timers/promises';
import type { WorkflowHandle } from '@temporalio/client';
import { startOptions } from '../../cli/startDrill.ts';
import { all, type Entry, type Happening } from '../../drills/journal.ts';
import type { Plan } from '../../drills/plan.ts';
import type { ShortForm } from '../../drills/record.ts';
import type { drill } from '../../workflows/drill.ts';
import { approve, status } from '../../workflows/messages.ts';
import { FakeWorld } from './fakes/index.ts';
import { APPROVER, planOf, type Wanted } from './plans.ts';
import type { TestServer } from './server.ts';

export type DrillHandle = WorkflowHandle<typeof drill>;

let serial = 0;

/** A world with its plan, and what a test does there. */
export class Stand {
  readonly server: TestServer;
  readonly plan: Plan;
  readonly world: FakeWorld;
  #runs = 0;

  constructor(server: TestServer, wanted: Wanted = {}, change: (plan: Plan) => Plan = (plan) => plan) {
    const installation = `w${++serial}`;
    this.server = server;
    this.plan = change(planOf(installation, wanted));
    this.world = new FakeWorld(installation, this.plan);
    server.fakes.add(this.world);
  }

  /** Starts a run, as the command line does. */
  async start(plan = this.plan): Promise<DrillHandle> {
    return this.server.client.workflow.start<typeof drill>('drill', {
      ...startOptions(plan, new Date()),
      workflowId: `drill/${this.world.name}/${++this.#runs}`,
    });
  }

  /** One run to its end, approved as soon as that is asked for. */
  async run(plan = this.plan): Promise<ShortForm> {
    const handle = await this.start(plan);
    const [result] = await Promise.all([handle.result(), this.approved(handle)]);
    return result;
  }

  /** Approves when the run asks for it; ends without, when the run does. */
  async approved(handle: DrillHandle): Promise<void> {
    if (!this.plan.steps.some(({ uses }) => uses === 'approve')) return;
    await until(
      handle,
      async () =>
        this.#baselineSeen(handle) &&
        (await handle.executeUpdate(approve, { args: [{ by: APPROVER }], updateId: 'approval' }).catch(() => undefined)) !== undefined,
    );
  }

  /** Asking the run itself all the time would cost more than the drill does. */
  #baselineSeen({ workflowId }: DrillHandle): boolean {
    const { mode, declaredLost } = this.plan;
    const last = declaredLost ? 'readRoute' : mode === 'planned' ? 'readCanary' : 'awaitRecoveryPoint';
    return this.world.calls.all.some((call) => call.activity === last && call.outcome === 'done' && call.workflowId === workflowId);
  }

  /** Ends when the run waits for a person to approve or to decide. */
  async waiting(handle: DrillHandle, what: 'approval' | 'decision'): Promise<void> {
    if (!(await until(handle, async () => (await handle.query(status)).waitingFor?.what === what)))
      throw new Error(`the run has ended and never waited for ${what}`);
  }

  lock(kind: 'workload' | 'route' = 'workload', name = 'orders'): WorkflowHandle {
    return this.server.client.workflow.getHandle(`lock/${this.plan.installation}/${kind}/${name}`);
  }

  /** Ends when every lock of the workload's is let go. */
  async unlocked(): Promise<void> {
    const routes = [...new Set([this.plan.route, ...(this.plan.switches ? [this.plan.switches] : [])])];
    await Promise.all([this.lock().result(), ...routes.map((route) => this.lock('route', route).result())]);
  }

  journal({ workflowId }: { readonly workflowId: string }): readonly Entry[] {
    const entries = this.world.journals.get(workflowId);
    if (!entries) throw new Error(`${workflowId} has not come to its end`);
    return entries;
  }

  noted<T extends Happening['type']>(handle: { readonly workflowId: string }, type: T): Extract<Entry, { type: T }>[] {
    return all(this.journal(handle), type);
  }
}

/** Asks again and again until it holds; false when the run has ended before. */
async function until(handle: DrillHandle, holds: () => Promise<boolean>): Promise<boolean> {
  let over = false;
  const end = () => {
    over = true;
  };
  handle.result().then(end, end);
  for (;;) {
    if (await holds().catch(() => false)) return true;
    if (over) return false;
    await sleep(75);
  }
}
