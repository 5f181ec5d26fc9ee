import type { MethodId } from '../methods.ts';
import { bulkInsert, regionBulkInsert } from './bulkInsert.ts';
import type { Handler } from './call.ts';
import { deleteInstance, setLabels, setMetadata, setTags, startInstance, stopInstance } from './change.ts';
import { deleteDisk } from './deleteDisk.ts';
import { insert } from './insert.ts';
import { operationCalls } from './operations.ts';
import { reads } from './read.ts';

export const HANDLERS: Readonly<Record<MethodId, Handler>> = {
  ...reads,
  ...operationCalls,
  'compute.instances.insert': insert,
  'compute.instances.bulkInsert': bulkInsert,
  'compute.regionInstances.bulkInsert': regionBulkInsert,
  'compute.instances.stop': stopInstance,
  'compute.instances.start': startInstance,
  'compute.instances.delete': deleteInstance,
  'compute.instances.setLabels': setLabels,
  'compute.instances.setMetadata': setMetadata,
  'compute.instances.setTags': setTags,
  'compute.disks.delete': deleteDisk,
};
