import { Context } from '@temporalio/activity';
import type { Activities, VantageActivities } from '../../../activities/contract.ts';
import type { Deps } from '../../../activities/deps.ts';
import { namingErrors } from '../../../activities/wrap.ts';
import type { ActivityName, Call, InputOf } from './calls.ts';
import { mainActivities, runsAt } from './mainActivities.ts';
import { during } from './pause.ts';
import { vantageActivities } from './vantageActivities.ts';
import type { FakeWorld } from './world.ts';

export { FakeWorld, pointingAt } from './world.ts';
export { addressOf, type Thing } from './thing.ts';

const BEAT_MS = 300;
const WORKFLOWS: readonly string[] = ['drill', 'lock', 'sweep', 'deploy', 'doctor'] satisfies Call['workflow'][];

export interface FakeActivities {
  readonly main: Activities;
  readonly vantage: VantageActivities;
  /** From now on runs act on it that have its name between two slashes of their workflow id, as locks have the installation's. */
  add(world: FakeWorld): void;
}

/** In place of the real activities: each run acts on a world of its own, where every call is kept and can be made to fail. */
export function fakeActivities(deps: Pick<Deps, 'client' | 'namespace'>): FakeActivities {
  const worlds: FakeWorld[] = [];
  const runs = runsAt(deps);
  const sample = { main: Object.keys(mainActivities({} as FakeWorld, runs)), vantage: Object.keys(vantageActivities({ pace: {} } as FakeWorld)) };
  const here = (): FakeWorld => {
    const { workflowExecution } = Context.current().info;
    const world = worlds.findLast(({ name }) => workflowExecution?.workflowId.split('/').includes(name));
    if (!world) throw new TypeError(`no world for ${workflowExecution?.workflowId}`);
    return world;
  };
  return {
    main: facade(sample.main, here, (world) => mainActivities(world, runs)) as Activities,
    vantage: facade(sample.vantage, here, vantageActivities) as VantageActivities,
    add: (world) => void worlds.push(world),
  };
}

function facade(names: readonly string[], here: () => FakeWorld, of: (world: FakeWorld) => object): object {
  const recorded = names.map((name): [string, (input: never) => Promise<unknown>] => [
    name,
    async (input) => {
      const world = here();
      const effects = of(world) as Record<string, (input: never) => Promise<unknown>>;
      const context = Context.current();
      const activity = { signal: context.cancellationSignal, finish: () => context.cancellationDetails?.cancelRequested === true };
      return beating(() => during(activity, () => world.calls.record(about(name as ActivityName, input), () => effects[name]!(input))));
    },
  ]);
  return namingErrors(Object.fromEntries(recorded));
}

function about(activity: ActivityName, input: InputOf<ActivityName>): Omit<Call, 'n' | 'outcome'> {
  const { info, cancellationSignal: signal } = Context.current();
  const workflow = WORKFLOWS.includes(info.workflowType ?? '') ? (info.workflowType as Call['workflow']) : 'other';
  return { activity, input, workflow, workflowId: info.workflowExecution?.workflowId ?? '', attempt: info.attempt, summary: '', signal };
}

/** So that an abort reaches every activity at once. */
async function beating<R>(work: () => Promise<R>): Promise<R> {
  const context = Context.current();
  const timer = setInterval(() => context.heartbeat(), BEAT_MS);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}
