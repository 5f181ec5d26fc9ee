import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { How } from '../../lab/faults.ts';
import { Machines } from '../../lab/machines/machines.ts';
import { type GcpLab, type GcpLabOptions, startGcpLab } from '../../lab/gcp/lab.ts';
import type { Driver } from '../../providers/driver.ts';
import { type GcpComputeConfig, gcpComputeConfig } from '../../providers/gcp-compute/config.ts';
import { gcpComputeDriver } from '../../providers/gcp-compute/index.ts';
import { labelsOf } from '../../providers/gcp-compute/labels.ts';
import { nameOf } from '../../providers/gcp-compute/names.ts';
import { openSdk, type Sdk } from '../../providers/gcp-compute/sdk.ts';
import { hashOf } from '../../providers/marks.ts';
import { Provider } from '../../providers/provider.ts';
import { type ResourceId, STANDING, type WorkloadSpec } from '../../providers/spec.ts';
import { hex16 } from '../conformance/bench.ts';
import { type Harness, SMALLEST } from '../conformance/index.ts';
import { onlyFor, restoreAt, type RestoreStore, STANDING_SPEC, startRestoreStore } from './gcpComputeStanding.ts';

const SECRET = 'hunter2';

const SHARED = 'root={root}/muster; export root; setsid sh "$root/serve" &';
/** What the scripts of the product know: where it keeps its things, and where programs listen. */
const IMAGE = { environment: { MUSTER_BOOT_LISTEN: '{address}' }, shared: { environment: { MUSTER_BOOT_ROOT: '{root}/muster' }, laterBoots: SHARED } };

/** A project of one test file's own, and credentials for it. */
export interface GcpBench {
  readonly lab: GcpLab;
  readonly files: Readonly<Record<string, string>>;
  /** What runs in earnest, on a machine of the lab. */
  readonly standing: ResourceId;
  /** Holds what the standing thing can be restored from. */
  readonly store: RestoreStore;
  /** The SDK as the operator of the project has it. */
  readonly sdk: Sdk;
  stop(): Promise<void>;
}

export async function startGcpBench(options: GcpLabOptions = {}): Promise<GcpBench> {
  const standing: ResourceId = { owner: { installation: `conformance-${hex16()}`, run: STANDING, expires: 'never' }, role: 'orders/db', generation: 1 };
  const folder = await mkdtemp(join(tmpdir(), 'muster-gcp-'));
  const machines = new Machines({ folder: join(folder, 'machines'), bootSeconds: 0.1, image: IMAGE });
  const lab = await startGcpLab({ operationMs: 100, machines: onlyFor(nameOf(standing, 0), machines), ...options });
  const store = await startRestoreStore();
  const files = {
    READ: await lab.credentialsFile('read', folder),
    WRITE: await lab.credentialsFile('write', folder),
    EXPIRED: await lab.credentialsFile('expired', folder),
    FOLDER: folder,
  };
  return {
    lab,
    files,
    standing,
    store,
    sdk: await openSdk({ from: 'file', path: files.WRITE }, lab.url),
    async stop() {
      await lab.stop();
      await machines.end();
      await store.close();
      await rm(folder, { recursive: true });
    },
  };
}

export function gcpConfig({ lab }: GcpBench, change: Partial<GcpComputeConfig> = {}): GcpComputeConfig {
  return gcpComputeConfig.parse({
    provider: 'gcp-compute',
    project: lab.project,
    zones: lab.zones,
    endpoint: lab.url,
    subnetwork: lab.subnetwork,
    tags: ['app', 'dr'],
    fence: lab.closedTag,
    machineTypes: ['e2'],
    images: { orders: lab.image },
    credentials: { read: 'env:READ', write: 'env:WRITE' },
    requestsPerSecond: 10_000,
    ...change,
  });
}

export function gcpDriver(bench: GcpBench, installation: string, change: Partial<GcpComputeConfig> = {}, pageSize = 5): Driver {
  return gcpComputeDriver({
    site: 'gcp',
    config: gcpConfig(bench, change),
    installation,
    async secret(reference) {
      const path = bench.files[reference.slice('env:'.length)];
      if (path === undefined) throw new Error(`there is no ${reference}`);
      return path;
    },
    pageSize,
  });
}

export function gcpSpec({ lab }: GcpBench, change: Partial<WorkloadSpec> = {}): WorkloadSpec {
  return {
    ...SMALLEST.workload,
    image: lab.image,
    replicas: 2,
    ports: { http: 7001, metrics: 9000 },
    env: { LISTEN: '${self.listen.http}' },
    secrets: { TOKEN: SECRET },
    data: { orders: { sizeBytes: 2 ** 30, recovery: `https://store.invalid/?signature=${SECRET}` } },
    ...change,
  };
}

/** Puts an instance there as the operator would, by another program. */
export async function plantInstance({ lab, sdk }: GcpBench, name: string, labels: Record<string, string> = {}): Promise<void> {
  await sdk.instances.insert({
    project: lab.project,
    zone: lab.zones[0] ?? '',
    instanceResource: {
      name,
      labels,
      machineType: `zones/${lab.zones[0]}/machineTypes/e2-micro`,
      disks: [{ boot: true, autoDelete: true, initializeParams: { sourceImage: lab.image } }],
      networkInterfaces: [{ subnetwork: lab.subnetwork }],
      tags: { items: ['app'] },
    },
  });
}

export async function gcpHarness(bench: GcpBench): Promise<Harness> {
  const { lab } = bench;
  const { installation } = bench.standing.owner;
  const drivers: Driver[] = [];
  const driver = (): Driver => {
    const made = gcpDriver(bench, installation);
    drivers.push(made);
    return made;
  };
  const one = gcpSpec(bench);
  const [zone = ''] = lab.zones;
  const answers =
    (how: How): Harness['provoke']['Throttled'] =>
    ({ id, signal }) => {
      const mine = id('workload');
      // Only this one's requests meet it.
      lab.faults.plant({ call: 'compute.instances.bulkInsert', where: asked(mine), times: 'always', how });
      return new Provider(driver()).ensure('workload', mine, one, one, signal);
    };
  /** As operations tell it: not at once. */
  const later =
    (how: How): Harness['provoke']['Capacity'] =>
    async (attempt) => {
      const provider = new Provider(driver());
      const mine = attempt.id('workload');
      lab.faults.plant({ call: 'compute.instances.bulkInsert', where: asked(mine), times: 'always', how });
      for (;;) {
        await provider.ensure('workload', mine, one, one, attempt.signal);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    };
  const ensureWith =
    (change: Partial<WorkloadSpec>): Harness['provoke']['NotFound'] =>
    ({ id, signal }) => {
      const wanted = { ...one, ...change };
      return new Provider(driver()).ensure('workload', id('workload'), wanted, wanted, signal);
    };

  return {
    driver,
    specs: { workload: { one, other: { ...one, boot: ['false'] } } },
    mark: (run = hex16()) => ({ installation, run, expires: '2099-01-01T00:00:00.000Z' }),
    loseNextReply() {
      const lossy = driver();
      const workload = lossy.owned.workload;
      if (!workload) throw new Error('it has no workload');
      return {
        ...lossy,
        owned: {
          workload: {
            ...workload,
            ensure(id, ...call) {
              lab.faults.plant({ call: 'compute.instances.bulkInsert', where: asked(id), how: { kind: 'lostReply' } });
              return workload.ensure(id, ...call);
            },
          },
        },
      };
    },
    weak: () => gcpDriver(bench, installation, { credentials: { read: 'env:READ', write: 'env:READ' } }),
    provoke: {
      Throttled: answers({ kind: 'throttle' }),
      Unavailable: answers({ kind: 'cut' }),
      Capacity: later({ kind: 'capacity' }),
      Quota: later({ kind: 'quota' }),
      Denied: answers({ kind: 'denied' }),
      Unknown: answers({ kind: 'refuse', status: 418, code: 'neverSeenBefore' }),
      NotFound: ensureWith({ image: `projects/${lab.project}/global/images/none` }),
      async Conflict({ id, signal }) {
        const [thing, provider] = [id('workload'), new Provider(driver())];
        await provider.ensure('workload', thing, one, one, signal);
        return provider.ensure('workload', thing, one, { other: true }, signal);
      },
      Invalid: ensureWith({ env: { LONG: SECRET.repeat(3000) } }),
      Unsupported({ id, signal }) {
        const wanted: WorkloadSpec = { ...one, network: { fence: id('workload') } };
        return new Provider(driver()).ensure('workload', id('workload'), wanted, wanted, signal);
      },
    },
    async plantForeign(_, id) {
      const theirs = { ...id, owner: { ...id.owner, installation: 'somebody-else' } };
      const provider = new Provider(gcpDriver(bench, 'somebody-else'));
      const { signal } = new AbortController();
      await provider.ensure('workload', theirs, one, one, signal);
      await plantInstance(bench, nameOf(id, 0), { ...labelsOf(id), 'muster-installation': 'somebody-else' });
      const survives = async (): Promise<boolean> => {
        const [unmarked] = await bench.sdk.instances.get({ project: lab.project, zone, instance: nameOf(id, 0) });
        const seen = await provider.observe('workload', theirs, signal);
        return ['PROVISIONING', 'STAGING', 'RUNNING'].includes(unmarked.status ?? '') && (seen?.phase === 'ready' || seen?.phase === 'pending');
      };
      return { holdsName: true, survives };
    },
    many: 8,
    async standing() {
      const ref = bench.standing;
      const provider = new Provider(driver());
      const spec = gcpSpec(bench, STANDING_SPEC);
      await provider.ensure('workload', ref, spec, spec, AbortSignal.timeout(30_000));
      const address = async (): Promise<string> => {
        const [{ networkInterfaces }] = await bench.sdk.instances.get({ project: lab.project, zone, instance: nameOf(ref, 0) });
        return networkInterfaces?.[0]?.networkIP ?? '';
      };
      const restore = restoreAt(address, bench.store.files);
      // A boot script that is cut off in the middle is not run again.
      if (!(await restore.boots())) throw new Error('what stands there did not boot');
      await plantInstance(bench, `stand-${hex16()}`, { role: 'orders-db', run: installation });
      return {
        ref: { id: ref },
        bystander: { selector: `label:run=${installation}` },
        absent: { selector: `label:role=orders-${hex16()}` },
        restore,
      };
    },
    readyWithinMs: 20_000,
    pollMs: 50,
    secrets: [SECRET],
    async close() {
      lab.faults.clear();
      await Promise.all(drivers.map((each) => each.close()));
    },
  };
}

/** What a request to start this carries. */
function asked(id: ResourceId): Record<string, string> {
  return { 'instanceProperties.labels.muster-id': hashOf(id) };
}
