import { z } from 'zod';
import { bytes, duration } from '../units.ts';
import { name, named } from './names.ts';

const request = z.string().regex(/^(GET|POST|PUT) \/\S*$/, { error: 'a method and a path, such as GET /orders' });

const health = z.strictObject({
  /** Path that answers 200 when the component can do its work. */
  http: z.string().startsWith('/').optional(),
  port: z.string(),
  /** How long it may take after the start. */
  within: duration.default(60),
});

const dataSet = z.strictObject({
  size: bytes,
  /** `latest` = the newest recovery point is put in place before the first boot; `none` = starts empty. */
  restore: z.enum(['latest', 'none']).default('latest'),
  /** `single` = one writer at a time, held by a lease at the store. */
  writer: z.enum(['single', 'many']).default('single'),
  /** How long the lease lives without renewal. */
  lease: duration.default(10),
});

const component = z.strictObject({
  needs: z.array(name).default([]),
  image: name,
  /** Omit when baked into the image. `store:key` and its sha256. */
  files: z.strictObject({ url: z.string().regex(/^[a-z0-9-]+:\S+$/, { error: 'store:key' }), sha256: z.string().regex(/^[0-9a-f]{64}$/, { error: '64 hex digits' }) }).optional(),
  boot: z.array(z.string()).min(1),
  size: z.strictObject({ cpu: z.number().positive(), memory: bytes, arch: z.array(z.enum(['amd64', 'arm64'])).min(1).default(['amd64']), native: z.record(z.string(), z.string()).default({}) }),
  replicas: z.number().int().min(1).max(1000).default(1),
  ports: z.record(name, z.number().int().min(1).max(65_535)).default({}),
  /** The port that clients reach through the route. */
  public: z.string().optional(),
  env: z.record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/), z.string()).default({}),
  secrets: z.record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/), z.string()).default({}),
  health: health.optional(),
  data: named(dataSet).default({}),
  /** A missing optional component does not fail a drill. */
  optional: z.boolean().default(false),
});

const identity = z.union([z.strictObject({ header: z.string() }), z.strictObject({ json: z.string() })]);

const probe = z.union([
  z.strictObject({ name, http: request, every: duration.optional(), timeout: duration.default(1) }),
  z.strictObject({ name, tcp: z.literal(true), every: duration.optional(), timeout: duration.default(1) }),
  z.strictObject({ name, run: z.union([z.string(), z.array(z.string()).min(1)]), every: duration.optional(), timeout: duration.default(1) }),
]);

/** workloads/*.yaml: what must survive. One file for a process, a VM, a container, a pod. */
export const workload = z.strictObject({
  workload: name,
  route: name,
  drillRoute: name.optional(),
  recoveryPoints: name.optional(),
  components: named(component),
  /** How an answer says which site gave it; the expected value is the site's name. Without it no success is proven. */
  identity: identity.optional(),
  probes: z.array(probe).default([]),
  canary: z
    .strictObject({
      append: request,
      list: request,
      tenant: z.string(),
      every: duration.optional(),
      timeout: duration.default(2),
    })
    .optional(),
});
export type Workload = z.infer<typeof workload>;
export type Component = Workload['components'][string];
export type ProbeEntry = Workload['probes'][number];
