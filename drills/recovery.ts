import type { ObjectRef } from '../providers/spec.ts';

/** Under a drill's own prefix an isolated copy cannot disturb what the serving workload relies on. */
const base = (isolated: string | undefined) => (isolated ? `drill/${isolated}/` : '');

/** Where a data set's recovery points lie: `<prefix><ISO instant>.<sha256>`. `isolated` is the mark of an isolated copy. */
export function recoveryPrefix(store: string, workload: string, component: string, data: string, isolated?: string): ObjectRef {
  return { store, key: `${base(isolated)}recovery/${workload}/${component}/${data}/` };
}

/** The one object that says who may write a data set. */
export function leaseAt(store: string, workload: string, component: string, data: string, isolated?: string): ObjectRef {
  return { store, key: `${base(isolated)}leases/${workload}/${component}/${data}.json` };
}

/** Everything that an isolated copy may have written. */
export function drillPrefix(store: string, mark: string): ObjectRef {
  return { store, key: `drill/${mark}/` };
}

const NAME = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)\.([0-9a-f]{64})$/;

/** Reads a recovery point's name; undefined for anything else that lies there. */
export function parseRecoveryPoint(prefix: string, key: string): { readonly consistentAt: string; readonly sha256: string } | undefined {
  const match = NAME.exec(key.slice(prefix.length));
  return match?.[1] && match[2] ? { consistentAt: match[1], sha256: match[2] } : undefined;
}
