import { type Draft, draftOf } from '../draft.ts';
import { exhausted } from '../failures.ts';
import type { Instance } from '../instances.ts';
import { type Json, jsonOf, says, textOf } from '../json.ts';
import { create, obstacleTo, refuseTaken, roomIn } from '../launch.ts';
import { boot, stage } from '../power.ts';
import { refusals } from '../refusal.ts';
import { regionIn, type World, zoneIn } from '../world.ts';
import { type Wanted, wantedOf } from './bulkNames.ts';
import { type Call, failing, given, type Handler, operationMs } from './call.ts';
import { failureByFault } from './insert.ts';

interface Share {
  readonly zone: string;
  readonly draft: Draft;
  readonly names: readonly string[];
}

/** https://cloud.google.com/compute/docs/reference/rest/v1/instances/bulkInsert */
export const bulkInsert: Handler = (call) => {
  const { world } = call;
  const zone = given(call, 'zone');
  const scope = zoneIn(world, zone);
  if (says(call.body.locationPolicy)) throw refusals.invalid('resource.locationPolicy', '', 'It is for regional requests.');
  return bulk(call, scope, [zone], 'ANY_SINGLE_ZONE');
};

/** https://cloud.google.com/compute/docs/reference/rest/v1/regionInstances/bulkInsert */
export const regionBulkInsert: Handler = (call) => {
  const { world, body } = call;
  const scope = regionIn(world, given(call, 'region'));
  const { locations, targetShape, zones } = jsonOf(body.locationPolicy);
  if (says(zones)) throw refusals.invalid('resource.locationPolicy.zones', '', 'Google knows this field, this lab does not.');
  const preferences = Object.entries(jsonOf(locations)).map(([key, value]): [string, unknown] => [key, jsonOf(value).preference]);
  for (const [key] of preferences) {
    if (!key.startsWith('zones/')) throw refusals.invalid('resource.locationPolicy.locations', key, 'Must be zones/ZONE.');
    zoneIn(world, key.slice('zones/'.length));
  }
  const allowed = preferences.filter(([, preference]) => preference === 'ALLOW').map(([key]) => key);
  const denied = preferences.filter(([, preference]) => preference === 'DENY').map(([key]) => key);
  const open = world.zones.filter((zone) => (allowed.length === 0 || allowed.includes(`zones/${zone}`)) && !denied.includes(`zones/${zone}`));
  return bulk(call, scope, open, textOf(targetShape) ?? 'ANY_SINGLE_ZONE');
};

function bulk(call: Call, scope: string, zones: readonly string[], shape: string): Json {
  const { world, body, user, how } = call;
  const { project, operations } = world;
  for (const field of ['sourceInstanceTemplate', 'instanceFlexibilityPolicy']) {
    if (says(body[field])) throw refusals.invalid(`resource.${field}`, '', 'Google knows this field, this lab does not.');
  }
  if (!says(body.instanceProperties)) throw refusals.required('resource.instanceProperties');
  const drafts = new Map(zones.map((zone) => [zone, draftOf(world, zone, jsonOf(body.instanceProperties), 'resource.instanceProperties', 'bulk')]));
  const wanted = wantedOf(body, [...world.instances.keys()]);
  const [first] = zones;
  const draft = first === undefined ? undefined : drafts.get(first);
  if (first === undefined || draft === undefined) throw refusals.invalid('resource.locationPolicy.locations', '', 'No zone is left.');
  for (const [zone, each] of drafts) {
    for (const name of wanted.names) refuseTaken(world, zone, name, each);
  }
  const started = { type: 'bulkInsert', scope, target: `projects/${project}`, user, ms: operationMs(call) };
  const shares = sharesOf(call, scope, drafts, wanted, shape);
  const count = shares.reduce((sum, { names }) => sum + names.length, 0);
  const failure =
    failureByFault(call, first, draft.machineType.name) ??
    quotaObstacle(world, draft, wanted.names.length) ??
    (count < wanted.minCount ? exhausted(project, first, draft.machineType.name) : undefined);
  if (failure) return operations.start({ ...started, ...failing(failure), more: () => metadataOf([], wanted) }).view;
  const made = shares.flatMap(({ zone, draft: what, names }) => names.map((name) => create(world, zone, name, what, how?.kind === 'bootFailure')));
  return operations.start({
    ...started,
    midway: () => {
      for (const instance of made) stage(world, instance);
    },
    finish: () => {
      for (const instance of made) boot(world, instance);
      return undefined;
    },
    more: () => metadataOf(made, wanted),
  }).view;
}

function quotaObstacle(world: World, draft: Draft, count: number) {
  // Room is looked at apart: fewer may be enough.
  return obstacleTo({ ...world, room: {} }, world.zones[0] ?? '', draft, count);
}

/** Which zone makes which: https://cloud.google.com/compute/docs/instances/multiple/create-in-bulk#target-shape */
function sharesOf(call: Call, scope: string, drafts: ReadonlyMap<string, Draft>, { names, minCount }: Wanted, shape: string): Share[] {
  const { world } = call;
  const regional = scope.includes('/regions/');
  const open = [...drafts].map(([zone, draft]) => {
    const down = regional && ['capacity', 'cut', 'refuse', 'throttle'].includes(call.meetIn(zone)?.kind ?? '');
    return { zone, draft, room: down ? 0 : Math.max(0, Math.min(names.length, roomIn(world, zone))) };
  });
  if (shape === 'ANY_SINGLE_ZONE') {
    const best = open.find(({ room }) => room >= names.length) ?? open.find(({ room }) => room >= minCount);
    return best ? [{ zone: best.zone, draft: best.draft, names: names.slice(0, best.room) }] : [];
  }
  const given = new Map<string, string[]>(open.map(({ zone }) => [zone, []]));
  for (const name of names) {
    const withRoom = open.filter(({ zone, room }) => (given.get(zone)?.length ?? 0) < room);
    // Balanced: the zone that has least; any: the first that has room.
    const next = shape === 'BALANCED' ? withRoom.toSorted((a, b) => (given.get(a.zone)?.length ?? 0) - (given.get(b.zone)?.length ?? 0))[0] : withRoom[0];
    if (next) given.get(next.zone)?.push(name);
  }
  return open.map(({ zone, draft }) => ({ zone, draft, names: given.get(zone) ?? [] })).filter((share) => share.names.length > 0);
}

function metadataOf(made: readonly Instance[], { names }: Wanted): Json {
  const zones = [...new Set(made.map(({ zone }) => zone))];
  const perLocationStatus = Object.fromEntries(
    zones.map((zone) => {
      const here = made.filter((each) => each.zone === zone);
      const done = here.every(({ status }) => status !== 'PROVISIONING' && status !== 'STAGING');
      return [
        zone.replace(/^projects\/[^/]+\//, ''),
        { status: done ? 'DONE' : 'CREATING', targetVmCount: zones.length === 1 ? names.length : here.length, createdVmCount: done ? here.length : 0 },
      ];
    }),
  );
  return { instancesBulkInsertOperationMetadata: { perLocationStatus } };
}
