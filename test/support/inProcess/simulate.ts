import { setTimeout as sleep } from 'node:timers/promises';
import { APPROVER } from '../plans.ts';
import type { ActivityName, Call } from '../fakes/calls.ts';
import { FakeWorld } from '../fakes/index.ts';
import { mainActivities, type Runs } from '../fakes/mainActivities.ts';
import { present } from '../fakes/pause.ts';
import { vantageActivities } from '../fakes/vantageActivities.ts';
import type { Plan } from '../../../drills/plan.ts';
import type { ShortForm } from '../../../drills/record.ts';
import type { RunState } from '../../../drills/undo.ts';
import { drill } from '../../../workflows/drill.ts';
import { lock } from '../../../workflows/lock.ts';
import { Scope } from './scope.ts';
import { Simulation, simulating } from './simulation.ts';

const PACE = { tickMs: 3, secondMs: 10, holdMs: 10 };

export interface Simulated {
  readonly world: FakeWorld;
  readonly plan: Plan;
  readonly run: Simulation;
  readonly locks: ReadonlyMap<string, string>;
  /** Undefined when the run was terminated. */
  readonly result: ShortForm | undefined;
  readonly error: unknown;
}

/** What may be done to a run while it runs. */
export interface Hand {
  readonly world: FakeWorld;
  abort(): void;
  cancel(): void;
  terminate(): void;
}

/** One drill in this process, approved when it asks; `meddle` is told what may be done to it before it starts. */
export async function simulate(plan: Plan, meddle: (hand: Hand) => void): Promise<Simulated> {
  const world = new FakeWorld(plan.installation, plan, PACE);
  const locks = new Map<string, string>();
  const run = new Simulation(
    'drill',
    `drill/${plan.installation}`,
    activitiesOf(world, { workflow: 'drill', workflowId: `drill/${plan.installation}` }, runs),
    locks,
  );
  const root = new Scope({ parent: undefined });
  const over = Promise.withResolvers<undefined>();
  meddle({
    world,
    abort: () => attempt(() => run.ask('abort', { by: 'kim', reason: 'enough seen' })),
    cancel: () => root.cancel(),
    terminate: () => {
      run.terminate();
      over.resolve(undefined);
    },
  });
  const drilled = simulating(run, () => root.run(() => drill(plan)));
  let ended = false;
  let error: unknown;
  const result = await Promise.race([
    over.promise,
    drilled.catch((thrown: unknown) => {
      error = thrown;
      return undefined;
    }),
    approved(run, () => ended),
  ]).finally(() => {
    ended = true;
  });
  // What a terminated run has ordered comes to its end all the same.
  while (world.calls.all.some(({ outcome }) => outcome === 'running')) await sleep(2);
  return { world, plan, run, locks, result, error };
}

/** The lock of a run that ended without letting go of it, asked to try until it is clean; false when it cannot. */
export async function cleanedByLock({ world, plan, run }: Simulated, left: RunState): Promise<boolean> {
  const janitor = new Simulation(
    'lock',
    `lock/${plan.installation}/workload/${plan.workload}`,
    activitiesOf(world, { workflow: 'lock', workflowId: run.workflowId }, runs),
    new Map(),
  );
  const input = { kind: 'workload', plan, holder: run.workflowId, holderRun: 'simulated', left } as const;
  const cleaned = simulating(janitor, () => new Scope({ parent: undefined }).run(() => lock(input))).then(() => true);
  let tries = 0;
  const asking = (async () => {
    for (; tries < 100; tries++) {
      attempt(() => janitor.ask('tryAgain'));
      await sleep(20);
    }
    janitor.terminate();
    return false;
  })();
  return Promise.race([cleaned, asking]).finally(() => {
    tries = 100;
  });
}

/** Of other runs a simulation knows nothing: its lock is told all. */
const runs: Runs = {
  awaitClosed: async () => undefined,
  holderOf: async () => 'another run',
  lookUpRun: async () => ({ status: 'closed', detail: 'simulated' }),
};

function activitiesOf(world: FakeWorld, who: Pick<Call, 'workflow' | 'workflowId'>, others: Runs): object {
  const effects = { ...mainActivities(world, others), ...vantageActivities(world) };
  return Object.fromEntries(
    Object.entries(effects).map(([name, effect]: [string, (input: never) => Promise<unknown>]) => [
      name,
      (input: never) =>
        world.calls.record({ ...who, activity: name as ActivityName, input, attempt: 1, summary: '', signal: present().signal }, () => effect(input)),
    ]),
  );
}

async function approved(run: Simulation, over: () => boolean): Promise<never> {
  while (!over()) {
    attempt(() => run.ask('approve', { by: APPROVER }));
    await sleep(2);
  }
  return new Promise(() => undefined);
}

/** What is refused is asked again, or not. */
function attempt(ask: () => unknown): void {
  try {
    ask();
  } catch {
    return;
  }
}
