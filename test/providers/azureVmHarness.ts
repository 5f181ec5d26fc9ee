import type { How } from '../../lab/faults.ts';
import { azureVmConfig, type AzureVmConfig } from '../../providers/azure-vm/config.ts';
import { azureVmDriver } from '../../providers/azure-vm/index.ts';
import { machineName } from '../../providers/azure-vm/names.ts';
import type { Driver } from '../../providers/driver.ts';
import { Provider } from '../../providers/provider.ts';
import { type ResourceId, STANDING, type WorkloadSpec } from '../../providers/spec.ts';
import { hex16 } from '../conformance/bench.ts';
import { type Harness, SMALLEST } from '../conformance/index.ts';
import { restoreAt, type RestoreStore, STANDING_SPEC } from './gcpComputeStanding.ts';
import { type AzureLab, foreignMachine, SSH_KEY } from './azureVmLab.ts';

const SECRET = 'hunter2';

export function azureConfig(lab: AzureLab, change: Partial<AzureVmConfig> = {}): AzureVmConfig {
  return azureVmConfig.parse({
    provider: 'azure-vm',
    subscription: lab.subscription,
    resourceGroup: lab.resourceGroup,
    region: lab.location,
    zones: lab.zones,
    subnet: lab.subnetId,
    securityGroup: lab.openNsgId,
    fence: lab.closedNsgId,
    sshKey: SSH_KEY,
    endpoint: lab.url,
    ca: lab.caFile,
    images: { orders: lab.image },
    credentials: { read: 'env:READ', write: 'env:WRITE' },
    requestsPerSecond: 10_000,
    ...change,
  });
}

export function azureDriver(lab: AzureLab, change: Partial<AzureVmConfig> = {}): Driver {
  return azureVmDriver({
    site: 'azure',
    config: azureConfig(lab, change),
    async secret(reference) {
      const { clientId, secret } = lab.principals[reference === 'env:READ' ? 'read' : reference === 'env:WRITE' ? 'write' : 'expired'];
      return `${lab.tenant}:${clientId}:${secret}`;
    },
  });
}

export function azureSpec({ image }: AzureLab, change: Partial<WorkloadSpec> = {}): WorkloadSpec {
  return {
    ...SMALLEST.workload,
    image,
    replicas: 2,
    ports: { http: 7001, metrics: 9000 },
    env: { LISTEN: '${self.listen.http}' },
    secrets: { TOKEN: SECRET },
    data: { orders: { sizeBytes: 2 ** 30, recovery: `https://store.invalid/?signature=${SECRET}` } },
    ...change,
  };
}

/** In the script of what stands there in earnest, and of nothing else. */
export const EARNEST = 'stands-in-earnest';

export async function azureHarness(lab: AzureLab, store: RestoreStore): Promise<Harness> {
  const { faults, compute, resourceGroup } = lab;
  const installation = `conformance-${hex16()}`;
  const driver = (): Driver => azureDriver(lab);
  const one = azureSpec(lab);
  const planted: string[] = [];
  const plant = async (name: string, tags: Record<string, string>): Promise<string> => {
    await compute.virtualMachines.createOrUpdate(resourceGroup, name, foreignMachine(lab, { tags }), { updateIntervalInMs: 20 });
    planted.push(name);
    return name;
  };
  const answers =
    (how: How): Harness['provoke']['Throttled'] =>
    ({ id, signal }) => {
      const mine = id('workload');
      // Only this one's requests meet it, in whatever zone.
      faults.plant({ ...asked(mine), times: 'always', how });
      return new Provider(driver()).ensure('workload', mine, one, one, signal);
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
              faults.plant({ ...asked(id), how: { kind: 'lostReply' } });
              return workload.ensure(id, ...call);
            },
          },
        },
      };
    },
    weak: () => azureDriver(lab, { credentials: { read: 'env:READ', write: 'env:READ' } }),
    provoke: {
      Throttled: answers({ kind: 'throttle' }),
      Unavailable: answers({ kind: 'cut' }),
      Capacity: answers({ kind: 'refuse', status: 409, code: 'SkuNotAvailable' }),
      Quota: answers({ kind: 'quota' }),
      Denied: answers({ kind: 'denied' }),
      Unknown: answers({ kind: 'refuse', status: 418, code: 'NeverSeenBefore' }),
      NotFound({ id, signal }) {
        const wanted = { ...one, image: one.image.replace(/[^/]+$/, 'never-made') };
        return new Provider(driver()).ensure('workload', id('workload'), wanted, wanted, signal);
      },
      async Conflict({ id, signal }) {
        const [thing, provider] = [id('workload'), new Provider(driver())];
        await provider.ensure('workload', thing, one, one, signal);
        return provider.ensure('workload', thing, one, { other: true }, signal);
      },
      Invalid({ id, signal }) {
        const wanted = { ...one, env: { LONG: SECRET.repeat(3000) } };
        return new Provider(driver()).ensure('workload', id('workload'), wanted, wanted, signal);
      },
      Unsupported({ id, signal }) {
        const wanted: WorkloadSpec = { ...one, network: { fence: id('workload') } };
        return new Provider(driver()).ensure('workload', id('workload'), wanted, wanted, signal);
      },
    },
    async plantForeign(_, id) {
      const theirs = { ...id, owner: { ...id.owner, installation: 'somebody-else' } };
      const provider = new Provider(driver());
      const signal = AbortSignal.timeout(10_000);
      await provider.ensure('workload', theirs, one, one, signal);
      const unmarked = await plant(machineName(id, { replica: 0, attempt: 0 }), { Name: `${id.role} ${id.generation}` });
      return {
        holdsName: true,
        async survives() {
          const { statuses = [] } = await compute.virtualMachines.instanceView(resourceGroup, unmarked);
          const seen = await provider.observe('workload', theirs, signal);
          return statuses.some(({ code }) => code === 'PowerState/running') && seen?.phase === 'ready';
        },
      };
    },
    many: 11,
    async standing() {
      const owner = { installation, run: STANDING, expires: 'never' };
      const ref: ResourceId = { owner, role: 'orders/db', generation: 1 };
      const provider = new Provider(driver());
      const signal = AbortSignal.timeout(300_000);
      const spec = azureSpec(lab, { ...STANDING_SPEC, env: { ...STANDING_SPEC.env, MARK: EARNEST } });
      await provider.ensure('workload', ref, spec, spec, signal);
      const address = async (): Promise<string> => (await provider.readPower({ id: ref }, signal)).endpoints.http?.[0]?.host ?? '';
      const restore = restoreAt(address, store.files);
      // A boot script that is cut off in the middle is not run again.
      if (!(await restore.boots())) throw new Error('what stands there did not boot');
      await plant('orders-db-2', { role: 'orders/db*' });
      return { ref: { id: ref }, bystander: { selector: 'tag:role=orders/db*' }, absent: { selector: 'name:orders-db' }, restore };
    },
    readyWithinMs: 10_000,
    pollMs: 60,
    secrets: [SECRET, lab.principals.read.secret, lab.principals.write.secret],
    async close() {
      await Promise.all(planted.map((name) => compute.virtualMachines.delete(resourceGroup, name, { updateIntervalInMs: 20 })));
    },
  };
}

/** The requests that start the machines of this. */
export function asked({ owner, role }: ResourceId): { call: string; where: Record<string, string> } {
  return { call: 'VirtualMachines_CreateOrUpdate', where: { 'tags.muster-run': owner.run, 'tags.muster-role': role } };
}
