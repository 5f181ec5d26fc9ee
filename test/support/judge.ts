import type { Call } from './fakes/calls.ts';
import { addressOf, type Thing } from './fakes/index.ts';
import type { Stand } from './stand.ts';

type Judged = Pick<Stand, 'world' | 'plan'>;

/** Everything that is not as it was before the drill, by the world's own account; none = all is well. */
export function disorder(stand: Judged): string[] {
  const { world, plan } = stand;
  const answer = world.ask(plan.route);
  const standing = world.site(plan.from.site).things.filter(({ id }) => id?.owner.run === 'standing');
  const drills = Object.values(world.sites).flatMap(({ name, things }) =>
    things
      .filter(({ id }) => id?.owner.installation === plan.installation && id.owner.run !== 'standing')
      .map((thing) => `${nameOf(thing)} is left at ${name}`),
  );
  const first = standing.find(({ made }) => made.includes(`"component":"${plan.components.find((each) => each.publicPort)?.component}"`));
  const [target, ...more] = world.routes.read(plan.route).targets;
  return [
    ...world.violations,
    ...drills,
    ...standing.filter(({ power }) => power !== 'running').map((thing) => `${nameOf(thing)} is ${thing.power}`),
    ...('error' in answer ? [`the service does not answer: ${answer.error}`] : answer.site === plan.from.site ? [] : [`${answer.site} answers`]),
    ...(target && more.length === 0 && first && addressOf(target) === addressOf(first.endpoint) && target.weight === 100
      ? []
      : [`the route points at ${target && addressOf(target)}`]),
    ...lost(stand),
  ];
}

/** What the target has acknowledged and the source does not have. */
function lost({ world, plan }: Judged): string[] {
  const kept = new Set(world.site(plan.from.site).things.flatMap(({ data }) => Object.values(data).flatMap(({ markers }) => markers.map(({ id }) => id))));
  const missing = plan.mode === 'isolated' ? [] : world.vantages.acknowledgedBy(plan.to.site).filter((id) => !kept.has(id));
  return missing.length > 0 ? [`${missing.length} orders that ${plan.to.site} took are lost`] : [];
}

const nameOf = ({ id, nativeId }: Thing): string => `${id?.role ?? 'something'} (${nativeId})`;

const CHANGING: ReadonlySet<Call['activity']> = new Set<Call['activity']>([
  'ensureReady',
  'remove',
  'setPower',
  'switchRoute',
  'restoreRoute',
  'cutRoute',
  'witnessFence',
  'runScript',
  'emptyPrefix',
  'canary',
]);

/** Calls that change anything at all. */
export function changes({ world }: Pick<Stand, 'world'>): readonly Call[] {
  return world.calls.all.filter(({ activity }) => CHANGING.has(activity));
}
