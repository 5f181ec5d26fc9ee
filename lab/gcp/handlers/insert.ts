import { draftOf } from '../draft.ts';
import { exhausted, quotaExceeded } from '../failures.ts';
import { textOf } from '../json.ts';
import { create, obstacleTo, refuseTaken } from '../launch.ts';
import type { Failure } from '../operations.ts';
import { boot, stage } from '../power.ts';
import { refusals } from '../refusal.ts';
import { zoneIn } from '../world.ts';
import { type Call, failing, given, type Handler, operationMs } from './call.ts';

/** https://cloud.google.com/compute/docs/reference/rest/v1/instances/insert */
export const insert: Handler = (call) => {
  const { world, body, parameters, user, how } = call;
  const zone = given(call, 'zone');
  const scope = zoneIn(world, zone);
  for (const name of ['sourceInstanceTemplate', 'sourceMachineImage']) {
    if (parameters[name] !== undefined) throw refusals.invalid(name, parameters[name], 'This lab has no templates and no machine images.');
  }
  const short = textOf(body.name) ?? '';
  const target = `${scope}/instances/${short}`;
  const draft = draftOf(world, zone, body, 'resource', 'insert');
  refuseTaken(world, zone, short, draft);
  const started = { type: 'insert', scope, target, user, ms: operationMs(call) };
  const failure = failureByFault(call, zone, draft.machineType.name) ?? obstacleTo(world, zone, draft, 1);
  if (failure) return world.operations.start({ ...started, ...failing(failure) }).view;
  const instance = create(world, zone, short, draft, how?.kind === 'bootFailure');
  const operation = world.operations.start({
    ...started,
    targetId: instance.id,
    midway: () => stage(world, instance),
    finish: () => {
      boot(world, instance);
      return undefined;
    },
  });
  return operation.view;
};

export function failureByFault({ how, world }: Call, zone: string, machineType: string): Failure | undefined {
  if (how?.kind === 'capacity') return exhausted(world.project, zone, machineType);
  return how?.kind === 'quota' ? quotaExceeded('CPUS', 0, world.region) : undefined;
}
