import type { How } from '../../lab/faults.ts';
import { type MarathonLab, type MarathonLabOptions, startMarathonLab } from '../../lab/marathon/lab.ts';
import type { Driver } from '../../providers/driver.ts';
import { marathonConfig, type MarathonConfig } from '../../providers/marathon/config.ts';
import { marathonDriver } from '../../providers/marathon/index.ts';
import { hashOf } from '../../providers/marks.ts';
import { Provider } from '../../providers/provider.ts';
import type { ResourceId, WorkloadSpec } from '../../providers/spec.ts';
import { hex16 } from '../conformance/bench.ts';
import { type Harness, SMALLEST } from '../conformance/index.ts';

const SECRET = 'hunter2';
const PASSWORDS = { READ: 'reader:read-pass-word', WRITE: 'writer:write-pass-word' } as const;

const basic = (pair: string): string => `Basic ${Buffer.from(pair).toString('base64')}`;

/** A cluster with room enough, where a reader and a writer are known. */
export function startLab(options: MarathonLabOptions = {}): Promise<MarathonLab> {
  const users = { [basic(PASSWORDS.READ)]: 'read', [basic(PASSWORDS.WRITE)]: 'write' } as const;
  return startMarathonLab({ agents: 300, stageMs: 20, healthMs: 20, killMs: 20, users, ...options });
}

export function marathonSite(lab: MarathonLab, change: Partial<MarathonConfig> = {}): MarathonConfig {
  return marathonConfig.parse({
    provider: 'marathon',
    endpoint: lab.url,
    images: { orders: 'registry.colo/orders:1' },
    credentials: { read: 'env:READ', write: 'env:WRITE' },
    requestsPerSecond: 10_000,
    ...change,
  });
}

export function marathonAt(lab: MarathonLab, change: Partial<MarathonConfig> = {}): Driver {
  const secrets: Readonly<Record<string, string>> = { 'env:READ': PASSWORDS.READ, 'env:WRITE': PASSWORDS.WRITE };
  return marathonDriver({ site: 'dcos', config: marathonSite(lab, change), secret: async (reference) => secrets[reference] ?? '' });
}

export function marathonSpec(change: Partial<WorkloadSpec> = {}): WorkloadSpec {
  return {
    ...SMALLEST.workload,
    image: 'registry.colo/orders:1',
    replicas: 2,
    ports: { http: 7001, metrics: 9000 },
    env: { LISTEN: '${self.listen.http}' },
    secrets: { TOKEN: SECRET },
    ...change,
  };
}

/** As the operator does it, by another program. */
export async function ask(lab: MarathonLab, method: string, path: string, body?: unknown): Promise<{ status: number; body: Record<string, unknown> }> {
  const response = await fetch(`${lab.url}${path}`, {
    method,
    headers: { authorization: basic(PASSWORDS.WRITE) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: text === '' ? {} : JSON.parse(text) };
}

export const appId = (id: ResourceId): string => `/muster/${hashOf(id)}`;

export async function marathonHarness(lab: MarathonLab): Promise<Harness> {
  const installation = `conformance-${hex16()}`;
  const drivers: Driver[] = [];
  const driver = (change: Partial<MarathonConfig> = {}): Driver => {
    const made = marathonAt(lab, change);
    drivers.push(made);
    return made;
  };
  const one = marathonSpec();
  /** Only the request that makes this one meets it. */
  const meets = (id: ResourceId, how: How): void => lab.faults.plant({ call: 'POST /v2/apps', where: { id: appId(id) }, how });
  const answers =
    (how: How): Harness['provoke']['Throttled'] =>
    ({ id, signal }) => {
      const mine = id('workload');
      meets(mine, how);
      return new Provider(driver()).ensure('workload', mine, one, one, signal);
    };
  const ensureWith =
    (change: Partial<WorkloadSpec>): Harness['provoke']['Invalid'] =>
    ({ id, signal }) => {
      const wanted = { ...one, ...change };
      return new Provider(driver()).ensure('workload', id('workload'), wanted, wanted, signal);
    };
  const planted: string[] = [];
  const plant = async (id: string, more: Readonly<Record<string, unknown>> = {}): Promise<void> => {
    planted.push(id);
    const { status } = await ask(lab, 'POST', '/v2/apps', { id, cmd: 'sleep 1000', instances: 2, cpus: 0.1, mem: 16, ...more });
    if (status !== 201) throw new Error(`${id} could not be put there: ${status}`);
  };
  const stands = async (id: string, instances: number): Promise<boolean> => {
    const { status, body } = await ask(lab, 'GET', `/v2/apps${id}`);
    const { app } = body;
    return status === 200 && typeof app === 'object' && app !== null && 'instances' in app && app.instances === instances;
  };

  return {
    driver: () => driver(),
    specs: { workload: { one, other: { ...one, boot: ['false'] } } },
    mark: (run = hex16()) => ({ installation, run, expires: '2099-01-01T00:00:00.000Z' }),
    loseNextReply() {
      const lossy = driver();
      const { workload } = lossy.owned;
      if (!workload) throw new Error('it has no workload');
      const ensure: typeof workload.ensure = (id, ...call) => {
        meets(id, { kind: 'lostReply' });
        return workload.ensure(id, ...call);
      };
      return { ...lossy, owned: { workload: { ...workload, ensure } } };
    },
    weak: () => driver({ credentials: { read: 'env:READ', write: 'env:READ' } }),
    provoke: {
      Throttled: answers({ kind: 'throttle', retryAfterSeconds: 0.1 }),
      Unavailable: answers({ kind: 'cut' }),
      // Marathon takes everything, and waits for offers: that is told by the phase.
      Capacity: 'cannot',
      // Of Mesos; to Marathon it looks like offers that do not come.
      Quota: 'cannot',
      Denied: answers({ kind: 'expired' }),
      Unknown: answers({ kind: 'refuse', status: 418, code: 'neverSeenBefore' }),
      NotFound: ({ signal }) => new Provider(driver()).writePower({ selector: `/nothing/at-${hex16()}` }, 'stopped', '', signal),
      async Conflict({ id, signal }) {
        const [thing, provider] = [id('workload'), new Provider(driver())];
        await provider.ensure('workload', thing, one, one, signal);
        return provider.ensure('workload', thing, one, { other: true }, signal);
      },
      Invalid: ensureWith({ ports: { http: 7001, admin: 7001 } }),
      Unsupported: ensureWith({ data: { orders: { sizeBytes: 2 ** 30, recovery: 'https://store.invalid/orders' } } }),
    },
    async plantForeign(_, id) {
      const provider = new Provider(driver());
      const theirs = { ...id, owner: { ...id.owner, installation: 'somebody-else' } };
      const { signal } = new AbortController();
      await provider.ensure('workload', theirs, one, one, signal);
      planted.push(appId(theirs));
      const name = appId(id);
      if (!planted.includes(name)) await plant(name, { labels: { 'muster-run': id.owner.run, 'muster-role': id.role } });
      const survives = async (): Promise<boolean> => (await stands(name, 2)) && (await stands(appId(theirs), one.replicas));
      return { holdsName: true, survives };
    },
    many: 8,
    async standing() {
      const [ref, bystander] = [`/prod/${hex16()}/db`, `/prod/${hex16()}/db`];
      for (const id of [ref, bystander])
        await plant(id, { healthChecks: [{ protocol: 'MESOS_TCP', portIndex: 0 }], portDefinitions: [{ name: 'http', port: 0 }] });
      return { ref: { selector: ref }, bystander: { selector: bystander }, absent: { selector: `/prod/${hex16()}/db` } };
    },
    readyWithinMs: 10_000,
    pollMs: 20,
    secrets: [SECRET, 'read-pass-word', 'write-pass-word'],
    async close() {
      lab.faults.clear();
      for (const id of planted.splice(0)) await ask(lab, 'DELETE', `/v2/apps${id}?force=false`);
      await Promise.all(drivers.map((each) => each.close()));
    },
  };
}
