import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import Docker from 'dockerode';
import { type RunningStore } from '../../lab/store/server.ts';
import { dockerConfig } from '../../providers/docker/config.ts';
import { dockerDriver } from '../../providers/docker/index.ts';
import { baseName } from '../../providers/docker/marks.ts';
import type { Driver } from '../../providers/driver.ts';
import { Provider } from '../../providers/provider.ts';
import { type ResourceId, STANDING, type WorkloadSpec } from '../../providers/spec.ts';
import { hex16 } from '../conformance/bench.ts';
import { type Attempt, type Harness, SMALLEST } from '../conformance/index.ts';
import { type PodmanLab, SMALL } from './podmanLab.ts';

const SECRET = 'hunter2';

/** A driver of site A, or with these keys of muster.yaml. */
export function dockerDriverOf({ a }: PodmanLab, change: Readonly<Record<string, unknown>> = {}): Driver {
  const config = dockerConfig.parse({ provider: 'docker', host: `unix://${a.socket}`, network: a.network, images: { orders: SMALL }, ...change });
  return dockerDriver({ site: 'rack', config });
}

export function dockerSpec(change: Partial<WorkloadSpec> = {}): WorkloadSpec {
  return {
    ...SMALLEST.workload,
    image: SMALL,
    boot: ['sleep', '100000'],
    replicas: 2,
    ports: { http: 7001, metrics: 9000 },
    env: { LISTEN: '${self.listen.http}' },
    secrets: { TOKEN: SECRET },
    data: { orders: { sizeBytes: 2 ** 20, recovery: `https://store.invalid/?signature=${SECRET}` } },
    ...change,
  };
}

/** Whether it becomes so within 20 s. */
export async function becomes(check: () => boolean | Promise<boolean>): Promise<boolean> {
  for (const end = performance.now() + 20_000; performance.now() < end; await sleep(100)) if (await check()) return true;
  return false;
}

export async function dockerHarness(lab: PodmanLab, store: RunningStore): Promise<Harness> {
  const installation = `conformance-${hex16()}`;
  const drivers: Driver[] = [];
  const planted: string[] = [];
  const docker = new Docker({ socketPath: lab.a.socket });
  const driver = (change: Readonly<Record<string, unknown>> = {}): Driver => {
    const made = dockerDriverOf(lab, change);
    drivers.push(made);
    return made;
  };
  const text = 'orders of another site';
  const sha256 = createHash('sha256').update(text).digest('hex');
  const url = `${store.url}/dr/${sha256}`;
  await fetch(url, { method: 'PUT', body: text });
  const one = dockerSpec();
  const plant = async (name: string, labels: Readonly<Record<string, string>> = {}): Promise<string> => {
    if (planted.includes(name)) return name;
    const made = await docker.createContainer({
      name,
      Image: SMALL,
      Entrypoint: ['sleep'],
      Cmd: ['100000'],
      Labels: labels,
      HostConfig: { NetworkMode: lab.a.network },
    });
    await made.start();
    planted.push(name);
    return name;
  };
  const fails =
    (change: Readonly<Record<string, unknown>>, wanted: WorkloadSpec = one): ((attempt: Attempt) => Promise<unknown>) =>
    ({ id, signal }) =>
      new Provider(driver(change)).ensure('workload', id('workload'), wanted, wanted, signal);

  return {
    driver,
    specs: { workload: { one, other: { ...one, boot: ['false'] }, doomed: { ...one, files: { url, sha256: '0'.repeat(64) } } } },
    mark: (run = hex16()) => ({ installation, run, expires: '2099-01-01T00:00:00.000Z' }),
    loseNextReply() {
      const lossy = driver();
      const { workload } = lossy.owned;
      const lost = async (): Promise<never> => {
        throw new Error('the reply was lost');
      };
      return { ...lossy, owned: workload ? { workload: { ...workload, ensure: (...call) => workload.ensure(...call).then(lost) } } : {} };
    },
    provoke: {
      Throttled: 'cannot',
      Unknown: 'cannot',
      Quota: 'cannot',
      Denied: 'cannot',
      Unavailable: fails({ host: `unix://${lab.folder}/nobody.sock` }),
      Capacity: fails({}, { ...one, size: { ...one.size, memoryBytes: 2 ** 50 } }),
      NotFound: fails({}, { ...one, image: 'localhost/none:1' }),
      async Conflict({ id, signal }) {
        const [thing, provider] = [id('workload'), new Provider(driver())];
        await provider.ensure('workload', thing, one, one, signal);
        return provider.ensure('workload', thing, one, { other: true }, signal);
      },
      Invalid: fails({}, { ...one, env: { LONG: SECRET.repeat(3000) } }),
      Unsupported: ({ id, signal }) => {
        const wanted: WorkloadSpec = { ...one, network: { fence: id('workload') } };
        return new Provider(driver()).ensure('workload', id('workload'), wanted, wanted, signal);
      },
    },
    async plantForeign(_, id) {
      const theirs = { ...id, owner: { ...id.owner, installation: 'somebody-else' } };
      const provider = new Provider(driver());
      await provider.ensure('workload', theirs, one, one, AbortSignal.timeout(10_000));
      const unmarked = await plant(`${baseName(id)}-0`);
      planted.push(`${baseName(theirs)}-0`, `${baseName(theirs)}-1`);
      return {
        holdsName: true,
        async survives() {
          const seen = await provider.observe('workload', theirs, AbortSignal.timeout(10_000));
          return (await docker.getContainer(unmarked).inspect()).State.Running && (seen?.phase === 'ready' || seen?.phase === 'pending');
        },
      };
    },
    many: 6,
    // Two cores start what two Podmans are asked for.
    startedWithinMs: 4_000,
    async standing() {
      const owner = { installation, run: STANDING, expires: 'never' };
      const ref: ResourceId = { owner, role: 'orders/db', generation: 1 };
      const provider = new Provider(driver());
      const spec = { ...one, replicas: 1, boot: ['sh', '-c', 'echo here > index.html; exec httpd -f -p 7001'] };
      await provider.ensure('workload', ref, spec, spec, AbortSignal.timeout(30_000));
      const name = `${baseName(ref)}-0`;
      planted.push(name);
      const serves = async (): Promise<boolean> => {
        const [at] = (await provider.readPower({ id: ref }, AbortSignal.timeout(10_000))).endpoints['http'] ?? [];
        return fetch(`http://${at?.host}:${at?.port}/`).then(
          ({ ok }) => ok,
          () => false,
        );
      };
      if (!(await becomes(serves))) throw new Error('it does not serve');
      await plant(`${name}0`, { role: 'orders/db*' });
      const inside = async (...command: string[]): Promise<string> => lab.a.podman('exec', name, ...command).catch(() => '');
      return {
        ref: { id: ref },
        bystander: { selector: `name:${name}0` },
        absent: { selector: 'label:role=orders/none' },
        restore: {
          files: { orders: { url, sha256 } },
          restored: async () => (await inside('cat', '/var/lib/muster/data/orders/recovery-point')) === text,
          kept: async () => (await inside('ls', '/var/lib/muster/data')).includes('orders.kept-'),
          serves: () => becomes(serves),
        },
      };
    },
    readyWithinMs: 30_000,
    pollMs: 100,
    secrets: [SECRET],
    async close() {
      await Promise.all(drivers.map((each) => each.close()));
      for (const name of planted) {
        await docker
          .getContainer(name)
          .remove({ force: true })
          .catch(() => undefined);
        await docker
          .getVolume(name)
          .remove()
          .catch(() => undefined);
      }
    },
  };
}
