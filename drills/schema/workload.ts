import { z } from 'zod';
import { bytes, duration } from '../units.ts';
import { envName, name, named, program, words } from './names.ts';

const path = z.string().regex(/^\/\S*$/, { error: 'a path such as /health' });
const request = z.string().regex(/^(GET|POST|PUT) \/\S*$/, { error: 'a method (GET, POST or PUT) and a path, such as GET /orders' });
const secretReference = z.string().regex(/^(env:[A-Za-z_][A-Za-z0-9_]*|file:\S+)$/, { error: 'a reference, env:NAME or file:/path, never the secret itself' });

const health = z.strictObject({
  http: path.optional().describe('Path that answers 200 when the component can do its work. Default: an accepted connection is enough.'),
  port: name.describe('The port to ask, by its name under `ports`.'),
  within: duration.default(60).describe('How long it may take after the start.'),
});

const dataSet = z.strictObject({
  size: bytes.describe('How much room it needs.'),
  restore: z
    .enum(['latest', 'none'])
    .default('latest')
    .describe('`latest`: the newest recovery point is put in place before the first boot. `none`: it starts empty.'),
  writer: z.enum(['single', 'many']).default('single').describe('`single`: one writer at a time, held by a lease at the store.'),
  lease: duration.default(10).describe('How long the lease lives without renewal.'),
});

const files = z.strictObject({
  url: z
    .string()
    .regex(/^[a-z0-9-]+:[^\s:/][^\s]*$/, { error: 'a store and a key, such as neutral:files/orders.tgz' })
    .describe('Store and key, such as `neutral:files/orders.tgz`.'),
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/, { error: 'a sha256 of 64 lower-case hex digits' })
    .describe('Digest of the file, 64 hex digits: anything else is refused at the boot.'),
});

const size = z.strictObject({
  cpu: z.number().positive().max(4096).describe('CPUs for each replica, such as `0.5`.'),
  memory: bytes.describe('Memory for each replica.'),
  arch: z
    .array(z.enum(['amd64', 'arm64']))
    .min(1)
    .default(['amd64'])
    .describe('CPU architectures that it can run on.'),
  native: z.record(name, words).default({}).describe("Site to that site's own size; it wins over the nearest that fits."),
});

const component = z.strictObject({
  needs: z.array(name).default([]).describe('Components that must be ready before it starts.'),
  image: name.describe('Alias of the image, mapped to a reference under `images` of each site.'),
  files: files.optional().describe('Files to unpack before the boot; omit when they are baked into the image.'),
  boot: z.array(z.string()).min(1).describe('The program and its arguments, such as `[node, api.js]`. Never a shell line.'),
  size: size.describe('What each replica needs.'),
  replicas: z.number().int().min(1).max(1000).default(1).describe('How many of it run.'),
  ports: z.record(name, z.number().int().min(1).max(65_535)).default({}).describe('Ports that it listens on, by name.'),
  public: name.optional().describe('The port that clients reach through the route, by its name under `ports`. One component of a workload has it.'),
  env: z
    .record(envName, z.string())
    .default({})
    .describe(
      'Environment. May hold `${self.listen.<port>}`, `${self.port.<port>}`, `${self.data.<name>}`, `${self.recovery.<name>}`, `${self.site}`, `${self.replica}`, `${store.url}` and, for components under `needs`, `${needs.<component>.<port>}`.',
    ),
  secrets: z
    .record(envName, secretReference)
    .default({})
    .describe('Environment name to a reference, `env:NAME` or `file:/path`, that the worker resolves. Never the secret itself.'),
  health: health.optional().describe('How it is seen from inside that the component can do its work.'),
  data: named(dataSet).default({}).describe('What it keeps, by name.'),
  optional: z.boolean().default(false).describe('`true`: a drill does not fail when it is missing.'),
});

const identity = z.union([
  z.strictObject({ header: words.describe('Response header that holds the name of the site.') }),
  z.strictObject({ json: words.describe('Field of a JSON answer that holds the name of the site.') }),
]);

const probeBase = {
  name: name.describe('Name of the probe, in reports.'),
  every: duration.optional().describe('How often it asks. Default: `250ms` where sites are emulated, else `1s`.'),
  timeout: duration.default(1).describe('How long an answer may take.'),
};
const probe = z.union([
  z.strictObject({ ...probeBase, http: request.describe('Method and path, asked through the route.') }),
  z.strictObject({ ...probeBase, tcp: z.literal(true).describe("A connection to the route's host and port.") }),
  z.strictObject({ ...probeBase, run: program.describe('A program that ends with 0 when the service is up.') }),
]);

const canary = z.strictObject({
  append: request.describe('Request that stores a marker, such as `POST /orders`.'),
  list: request.describe('Request that lists the markers of the tenant, such as `GET /orders?canary=1`.'),
  tenant: words.describe('The test tenant that the markers belong to.'),
  every: duration.optional().describe('How often a marker is written. Default: `250ms` where sites are emulated, else `1s`.'),
  timeout: duration.default(2).describe('How long an answer may take.'),
});

/** workloads/*.yaml: what must survive. One file for a process, a VM, a container, a pod. */
export const workload = z
  .strictObject({
    workload: name.describe('Name of the workload.'),
    route: name.describe('The route that clients use, by its name in muster.yaml.'),
    drillRoute: name.optional().describe("The route's stand-in for isolated drills; `isolated` needs it."),
    recoveryPoints: name.optional().describe('The store of its recovery points and leases. Default: the first store of muster.yaml.'),
    components: named(component).describe('What it consists of, by name.'),
    identity: identity.optional().describe("How an answer says which site gave it; the expected value is the site's name. Without it no success is proven."),
    probes: z.array(probe).default([]).describe("How the service is asked from outside. Default: GET of the public component's health path."),
    canary: canary.optional().describe('Numbered markers, written through the front door: how lost data is measured.'),
  })
  .describe('workloads/*.yaml: what must survive. One file for a process, a VM, a container, a pod.');
export type Workload = z.infer<typeof workload>;
export type Component = Workload['components'][string];
