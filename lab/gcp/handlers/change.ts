import { goneMeanwhile, notReadyFailure, staleFailure } from '../failures.ts';
import { fingerprints, type Instance } from '../instances.ts';
import { type Json, textOf } from '../json.ts';
import { obstacleTo } from '../launch.ts';
import { MACHINE_TYPES } from '../machineTypes.ts';
import { lastOf } from '../names.ts';
import { powerOff, removeInstance, stage, startAgain } from '../power.ts';
import { Refusal, refusals } from '../refusal.ts';
import { labelsOf, metadataOf, tagsOf } from '../rules.ts';
import type { Failure, Started } from '../operations.ts';
import { type Call, failing, type Handler, operationMs } from './call.ts';
import { standingInstanceOf } from './find.ts';
import { failureByFault } from './insert.ts';

function start(call: Call, type: string, instance: Instance, work: Pick<Started, 'finish' | 'midway'>): Json {
  const { world, user } = call;
  return world.operations.start({ type, scope: instance.zone, target: instance.name, targetId: instance.id, user, ms: operationMs(call), ...work }).view;
}

const nothing = { finish: () => undefined };

/** https://cloud.google.com/compute/docs/reference/rest/v1/instances/stop; which states it takes: /compute/docs/instances/instance-lifecycle */
export const stopInstance: Handler = (call) => {
  const instance = standingInstanceOf(call);
  if (instance.status === 'TERMINATED') return start(call, 'stop', instance, nothing);
  if (instance.status !== 'RUNNING') throw refusals.notReady(instance.name);
  instance.status = 'STOPPING';
  const how = call.parameters.noGracefulShutdown === 'true' ? 'power' : 'polite';
  return start(call, 'stop', instance, {
    async finish() {
      await powerOff(call.world, instance, how);
      return undefined;
    },
  });
};

/** https://cloud.google.com/compute/docs/reference/rest/v1/instances/start. There may be no room any more, nor quota. */
export const startInstance: Handler = (call) => {
  const { world } = call;
  const instance = standingInstanceOf(call);
  if (instance.status === 'RUNNING') return start(call, 'start', instance, nothing);
  if (instance.status !== 'TERMINATED') throw refusals.notReady(instance.name);
  const zone = lastOf(instance.zone);
  const type = MACHINE_TYPES.find(({ name }) => name === lastOf(instance.machineType));
  const failure = failureByFault(call, zone, lastOf(instance.machineType)) ?? (type && obstacleToStart(call, zone, type));
  if (failure) return start(call, 'start', instance, failing(failure));
  instance.status = 'PROVISIONING';
  return start(call, 'start', instance, {
    midway: () => stage(world, instance),
    finish: () => {
      startAgain(world, instance);
      return undefined;
    },
  });
};

function obstacleToStart({ world }: Call, zone: string, machineType: (typeof MACHINE_TYPES)[number]): Failure | undefined {
  // It counts as an instance already.
  const quotas = { ...world.quotas, INSTANCES: Infinity };
  return obstacleTo({ ...world, quotas }, zone, { machineType }, 1);
}

/** https://cloud.google.com/compute/docs/reference/rest/v1/instances/delete; protection: /compute/docs/instances/preventing-accidental-vm-deletion */
export const deleteInstance: Handler = (call) => {
  const { world } = call;
  const instance = standingInstanceOf(call);
  if (instance.deletionProtection) {
    throw new Refusal(
      400,
      'invalidResourceUsage',
      `Invalid resource usage: 'Resource cannot be deleted if it's protected against deletion. '${instance.name}''.`,
    );
  }
  instance.deleting = true;
  instance.status = 'STOPPING';
  return start(call, 'delete', instance, {
    async finish() {
      await removeInstance(world, instance);
      return undefined;
    },
  });
};

/**
 * A change on the ground of a fingerprint, which must be that of what is there: when the request comes, and again when it is done.
 * https://cloud.google.com/compute/docs/labeling-resources and /compute/docs/metadata/setting-custom-metadata
 */
function changing(
  type: 'setLabels' | 'setMetadata' | 'setTags',
  part: keyof typeof fingerprints,
  message: string,
  read: (body: Json) => Partial<Instance>,
): Handler {
  return (call) => {
    const { world, body } = call;
    const instance = standingInstanceOf(call);
    const expected = textOf(body[part === 'labels' ? 'labelFingerprint' : 'fingerprint']);
    if (expected !== fingerprints[part](instance)) throw refusals.stale(message);
    const change = read(body);
    return start(call, type, instance, {
      finish: () => {
        if (world.instances.get(instance.name) !== instance) return goneMeanwhile(instance.name);
        if (instance.deleting) return notReadyFailure(instance.name);
        if (expected !== fingerprints[part](instance)) return staleFailure(message);
        Object.assign(instance, change);
        return undefined;
      },
    });
  };
}

export const setLabels = changing('setLabels', 'labels', 'Labels fingerprint either invalid or resource labels have changed', ({ labels }) => ({
  labels: labelsOf(labels, 'resource.labels'),
}));
export const setMetadata = changing('setMetadata', 'metadata', 'Supplied fingerprint does not match current metadata fingerprint.', (body) => ({
  metadata: metadataOf(body, 'resource.metadata'),
}));
export const setTags = changing('setTags', 'tags', 'Supplied fingerprint does not match current tags fingerprint.', (body) => ({
  tags: tagsOf(body, 'resource.tags'),
}));
