import { z } from 'zod';
import { ErrorCode, KINDS } from '../spec.ts';

/** What the files of a thing hold. The driver checks each as it reads it. */

const identity = z.object({ pid: z.number().int().positive(), start: z.string(), mark: z.record(z.string(), z.string()).optional() });
const fetchable = z.object({ url: z.string(), sha256: z.string() });

/** owned.json: whose it is. Written before anything else of it exists, and never changed. */
export const ownedRecord = z.object({
  kind: z.enum(KINDS),
  installation: z.string(),
  run: z.string(),
  expires: z.string(),
  role: z.string(),
  generation: z.number(),
  /** sha256 of the spec it was made from. */
  digest: z.string(),
  site: z.string(),
  replicas: z.number().int().nonnegative(),
  /** ISO instant. */
  madeAt: z.string(),
});
export type OwnedRecord = z.infer<typeof ownedRecord>;

/** power-<version>.json: which power is wanted. */
export const powerRecord = z.object({
  want: z.enum(['running', 'stopped', 'cut', 'isolated']),
  /** ISO instant of the change; also names what a restore replaced. */
  since: z.string(),
  /** Recovery points, by data set, to put in place before the start. */
  restore: z.record(z.string(), fetchable).optional(),
});
export type PowerRecord = z.infer<typeof powerRecord>;

/** supervisor-<attempt>.json: the process that boots a replica, and how long the log was before. */
export const supervisorRecord = z.object({ identity, logFrom: z.number() });

const common = { supervisor: z.string(), child: identity.optional() };

/** state.json: how far a replica is, as its supervisor says. `supervisor` is that one's start: the state of another boot is none. */
export const replicaState = z.discriminatedUnion('state', [
  z.object({ ...common, state: z.enum(['fetching', 'restoring', 'waiting', 'starting', 'stopping']), detail: z.string().optional() }),
  z.object({ ...common, state: z.literal('running') }),
  z.object({ ...common, state: z.literal('stopped') }),
  z.object({ ...common, state: z.literal('failed'), code: z.enum(ErrorCode), detail: z.string() }),
]);
export type ReplicaState = z.infer<typeof replicaState>;

export const portsRecord = z.record(z.string(), z.number().int());
export type Ports = z.infer<typeof portsRecord>;

/** removing.json */
export const removingRecord = z.object({ since: z.string() });

/** plan.json: what to boot. Holds secret values: readable by its owner only. */
export const planRecord = z.object({
  spec: z.object({
    workload: z.string(),
    component: z.string(),
    image: z.string(),
    files: fetchable.optional(),
    boot: z.array(z.string()),
    replicas: z.number().int(),
    ports: z.record(z.string(), z.number()),
    env: z.record(z.string(), z.string()),
    secrets: z.record(z.string(), z.string()),
    data: z.record(
      z.string(),
      z.object({
        restore: fetchable.optional(),
        recovery: z.string(),
        lease: z.object({ at: z.string(), put: z.string().optional(), ttlSeconds: z.number() }).optional(),
      }),
    ),
  }),
  site: z.string(),
  /** What its processes carry in their environment. */
  mark: z.record(z.string(), z.string()),
  /** Where it listens. */
  address: z.string(),
  /** The network namespace it runs in. */
  namespace: z.string().optional(),
  /** The user it runs as; absent = the one who runs Muster. */
  uid: z.number().int().optional(),
});
export type Plan = z.infer<typeof planRecord>;

/** fence.json: a network namespace, its addresses, and what must not be reached from inside. */
export const fenceRecord = z.object({
  namespace: z.string(),
  outside: z.string(),
  inside: z.string(),
  witnesses: z.array(z.object({ host: z.string(), port: z.number() })),
});
export type FenceRecord = z.infer<typeof fenceRecord>;
