import { listAnswer } from '../lists.ts';
import { regionIn, type World, zoneIn } from '../world.ts';
import { type Call, given, type Handler } from './call.ts';

type ScopeOf = (call: Call, world: World) => string;

const ofZone: ScopeOf = (call, world) => zoneIn(world, given(call, 'zone'));
const ofRegion: ScopeOf = (call, world) => regionIn(world, given(call, 'region'));
const ofProject: ScopeOf = (_, { project }) => `projects/${project}/global`;

function get(scopeOf: ScopeOf): Handler {
  return (call) => call.world.operations.get(`${scopeOf(call, call.world)}/operations/${given(call, 'operation')}`).view;
}

function wait(scopeOf: ScopeOf): Handler {
  return async (call) => (await call.world.operations.wait(`${scopeOf(call, call.world)}/operations/${given(call, 'operation')}`)).view;
}

export const operationCalls = {
  'compute.zoneOperations.get': get(ofZone),
  'compute.zoneOperations.wait': wait(ofZone),
  'compute.zoneOperations.list': (call) => {
    const { world, parameters } = call;
    const scope = ofZone(call, world);
    const all = world.operations.in(scope).map(({ name, view }) => ({ name, view }));
    return listAnswer('compute#operationList', `${scope}/operations`, all, 'Operation', parameters);
  },
  'compute.regionOperations.get': get(ofRegion),
  'compute.regionOperations.wait': wait(ofRegion),
  'compute.globalOperations.get': get(ofProject),
  'compute.globalOperations.wait': wait(ofProject),
} satisfies Readonly<Record<string, Handler>>;
