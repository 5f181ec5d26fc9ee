import { ApplicationFailure } from '@temporalio/common';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { ANCHORS } from '../../drills/schema/drill.ts';
import { CLEAN, needsFailback } from '../../drills/undo.ts';
import { ProviderError } from '../../providers/errors.ts';
import type { ActivityName, Call } from '../support/fakes/calls.ts';
import { type FakeWorld, pointingAt } from '../support/fakes/index.ts';
import { cleanedByLock, type Hand, simulate, type Simulated } from '../support/inProcess/simulate.ts';
import { disorder } from '../support/judge.ts';
import { planOf } from '../support/plans.ts';
import { undoFaultsIn } from '../support/undoFaults.ts';

// The workflows as they are, on a stand-in for Temporal: some hundred runs, broken at random points, in seconds.
vi.mock('@temporalio/workflow', () => import('../support/inProcess/temporal.ts'));

const become = (world: FakeWorld, site: string, change: { readonly stubborn?: true; readonly ill?: true }) => {
  for (const thing of world.site(site).things) Object.assign(thing, change);
};

/** What happens at the point where a run is broken. */
const TROUBLE: Readonly<Record<string, (hand: Hand) => void>> = {
  nothing: () => undefined,
  denied: () => {
    throw new ProviderError('Denied', 'fake', 'not you');
  },
  'no capacity': () => {
    throw new ProviderError('Capacity', 'fake', 'nothing left');
  },
  'not ready': () => {
    throw ApplicationFailure.nonRetryable('it was not ready in time', 'Unavailable');
  },
  'a reply that got lost': () => {
    throw new ProviderError('Unavailable', 'fake', 'the connection was reset');
  },
  'a mistake in an activity': () => {
    throw ApplicationFailure.nonRetryable('undefined is not a function', 'TypeError');
  },
  abort: (hand) => hand.abort(),
  cancel: (hand) => hand.cancel(),
  terminated: (hand) => hand.terminate(),
  'the source cannot be asked': ({ world }) => Object.assign(world.site('fra'), { reachable: false }),
  'the target cannot be asked': ({ world }) => Object.assign(world.site('ams'), { reachable: false }),
  'the source does not stop': ({ world }) => become(world, 'fra', { stubborn: true }),
  'the target does not stop': ({ world }) => become(world, 'ams', { stubborn: true }),
  'the target falls ill': ({ world }) => become(world, 'ams', { ill: true }),
  'the live route is pointed at the target': ({ world }) => {
    const api = world.site('ams').things.find(({ id }) => id?.role === 'orders/api');
    if (api) world.routes.set('orders', pointingAt([api]));
  },
  'the live route is pointed elsewhere': ({ world }) =>
    world.routes.set('orders', { targets: [{ host: 'maintenance', port: 80, weight: 100 }], ttlSeconds: 5 }),
};

/** Each is a place in a run, on its way out, its way home or its clean-up. */
const PLACES: readonly ActivityName[] = [
  'preflight',
  'readRoute',
  'awaitClean',
  'readCanary',
  'awaitRecoveryPoint',
  'readPower',
  'setPower',
  'witnessFence',
  'cutRoute',
  'latestRecoveryPoint',
  'ensureReady',
  'runScript',
  'switchRoute',
  'restoreRoute',
  'remove',
  'leftovers',
  'emptyPrefix',
  'writeEvidence',
];

/** After these alone a run cleans up by itself. */
const PEOPLE: readonly string[] = ['nothing', 'abort', 'cancel'];

const scenario = fc.record({
  drill: fc.record({
    mode: fc.constantFrom('isolated', 'planned', 'unplanned', 'unplanned'),
    fenced: fc.boolean(),
    leases: fc.boolean(),
    lost: fc.boolean(),
    // Components that need nothing and that nothing needs.
    more: fc.uniqueArray(fc.constantFrom('cache', 'mail', 'search'), { maxLength: 3 }),
    own: fc.uniqueArray(fc.record({ name: fc.constantFrom('mask', 'warm', 'tell', 'scale'), after: fc.constantFrom(...ANCHORS), undo: fc.boolean() }), {
      selector: ({ name }) => name,
      maxLength: 4,
    }),
  }),
  breaks: fc.array(
    fc.record({
      place: fc.constantFrom(...PLACES),
      nth: fc.integer({ min: 1, max: 4 }),
      moment: fc.constantFrom('before' as const, 'after' as const),
      trouble: fc.constantFrom(...Object.keys(TROUBLE)),
    }),
    { minLength: 1, maxLength: 2 },
  ),
});
type Scenario = typeof scenario extends fc.Arbitrary<infer T> ? T : never;

let serial = 0;

function planned({ drill: { mode, fenced, leases, lost, more, own } }: Scenario) {
  const steps = own.map(({ name, after, undo }) => ({ name, after, run: `./${name}.sh`, undo: undo ? `./un${name}.sh` : 'none', repeat: 'safe' }));
  return planOf(`s${++serial}`, {
    mode: mode as 'isolated',
    fenced,
    leases,
    more,
    drill: {
      steps,
      patience: 0,
      objectives: { rto: '60s', rpo: '30s', hold: '10ms' },
      ...(lost && mode === 'unplanned' ? { declaredLost: { by: 'kim', how: 'so' } } : {}),
      deadline: '50s',
      verify: [{ name: 'smoke', run: './smoke.sh' }],
    },
  });
}

/** What is wrong with a run that was broken there; none = all that was promised held. */
async function wrongs(each: Scenario): Promise<string[]> {
  const plan = planned(each);
  const seen = await simulate(plan, (hand) => {
    if (plan.declaredLost) for (const thing of hand.world.site('fra').things) hand.world.stop(thing, 'cut');
    for (const { place, nth, moment, trouble } of each.breaks) hand.world.calls.when(place, { nth, at: moment }, () => TROUBLE[trouble]!(hand));
  });
  const byPeople = !plan.declaredLost && each.breaks.every(({ trouble }) => PEOPLE.includes(trouble));
  const problems = [...kept(seen), ...(byPeople && seen.locks.size > 0 ? ['it was stopped, and is dirty'] : []), ...(await cleanInTheEnd(seen))];
  seen.world.close();
  return problems;
}

/** What holds when the run is over, dirty or not. */
function kept(seen: Simulated): string[] {
  const { run, plan, world, result, locks, error } = seen;
  const phases = run.attributes['DrillPhase'] ?? [];
  const begun = phases.length > 1;
  const clean = locks.size === 0;
  if (clean) sawToRoute(world);
  return [
    ...undoFaultsIn(run.events, plan).filter((fault) => clean || !fault.endsWith('is left')),
    ...secondWriters(seen),
    ...(begun && (result || error) && !phases.includes('cleanup') ? ['clean-up did not run'] : []),
    ...(clean ? disorder(seen).filter((problem) => !plan.declaredLost || !/^orders\/|does not answer|^ams answers/.test(problem)) : world.violations),
    ...(result?.verdict === 'passed' && !clean ? ['it passed and is dirty'] : []),
  ];
}

/** Starts of the target before the source was seen fenced, and of the source while the target was not. */
function secondWriters({ plan, world: { calls } }: Simulated): string[] {
  if (plan.mode === 'isolated') return [];
  const fencedBefore = ({ n }: Call, site: string) => {
    const fence = calls.of('witnessFence').findLast((call) => call.input.site === site && call.endedAt !== undefined && call.endedAt < n);
    const seen = (fence?.result ?? []) as { readonly what: string; readonly witness?: string }[];
    const leases = seen.filter(({ what }) => what.startsWith('writer of '));
    const power = seen.filter((each) => !leases.includes(each));
    if (site === 'fra' && plan.declaredLost) return fence !== undefined && leases.every(({ witness }) => witness);
    return (power.length > 0 && power.every(({ witness }) => witness)) || (leases.length > 0 && leases.every(({ witness }) => witness));
  };
  const sent = calls.of('switchRoute')[0];
  return [
    ...calls
      .of('ensureReady')
      .filter((call) => call.input.kind === 'workload' && !fencedBefore(call, 'fra'))
      .map(({ input }) => `${input.id.role} was started without a fence`),
    ...calls
      .of('setPower')
      .filter((call) => sent && call.n > sent.n && call.input.site === 'fra' && call.input.to === 'running' && !fencedBefore(call, 'ams'))
      .map(() => 'the source was started without a fence of the target'),
  ];
}

/** The trouble is over, a person has seen to the route: the lock must come to its end, with everything as it was. */
async function cleanInTheEnd(seen: Simulated): Promise<string[]> {
  const { world, locks, run, plan } = seen;
  if (locks.size === 0) return [];
  world.calls.calm();
  for (const site of Object.values(world.sites)) {
    site.reachable = true;
    for (const thing of site.things) Object.assign(thing, { stubborn: false, ill: false });
  }
  if (!run.state || !needsFailback(run.state)) pointHome(world);
  sawToRoute(world);
  if (!(await cleanedByLock(seen, run.state ?? CLEAN))) return ['the lock never comes clean'];
  sawToRoute(world);
  return disorder(seen)
    .map((problem) => `after its lock: ${problem}`)
    .filter((problem) => !plan.declaredLost || !/orders\/\w+ \(fra|does not answer/.test(problem));
}

/** What somebody did to the route without asking is theirs to put right. */
function sawToRoute(world: FakeWorld): void {
  if (world.routes.read('orders').targets[0]?.host === 'maintenance') pointHome(world);
}

function pointHome(world: FakeWorld): void {
  world.routes.set('orders', pointingAt(world.site('fra').things.filter(({ id }) => id?.role === 'orders/api')));
}

describe('whatever the script and wherever it breaks', () => {
  it(
    'undo is in reverse order, clean-up runs, no second writer starts without a witnessed fence, and nothing is removed that a route points at',
    { timeout: 300_000 },
    async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(scenario, { minLength: 20, maxLength: 20 }), async (batch) => {
          const found = await Promise.all(batch.map(async (each) => ({ each, problems: await wrongs(each) })));
          expect(found.filter(({ problems }) => problems.length > 0)).toEqual([]);
        }),
        { numRuns: 20, endOnFailure: true },
      );
    },
  );
});
