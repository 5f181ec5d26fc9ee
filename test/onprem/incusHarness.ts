import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type RunningStore } from '../../lab/store/server.ts';
import { incusConfig } from '../../providers/incus/config.ts';
import { incusDriver } from '../../providers/incus/index.ts';
import { baseName } from '../../providers/incus/names.ts';
import type { Driver } from '../../providers/driver.ts';
import { Provider } from '../../providers/provider.ts';
import { type ResourceId, STANDING, type WorkloadSpec } from '../../providers/spec.ts';
import { hex16 } from '../conformance/bench.ts';
import { type Attempt, type Harness, SMALLEST } from '../conformance/index.ts';
import type { IncusLab } from './incusLab.ts';
import { startReplies } from './incusReplies.ts';

const SECRET = 'hunter2';

/** A driver of site A by its socket, or with these keys of muster.yaml. */
export function incusDriverOf(lab: IncusLab, change: Readonly<Record<string, unknown>> = {}): Driver {
  return incusDriver({
    site: 'rack',
    config: incusConfig.parse({ provider: 'incus', socket: lab.a.socket, images: { orders: 'small' }, ...change }),
    secret: async (reference) => (reference === 'env:KNOWN' ? lab.secrets.known : lab.secrets.stranger),
  });
}

export function incusSpec(change: Partial<WorkloadSpec> = {}): WorkloadSpec {
  return {
    ...SMALLEST.workload,
    image: 'small',
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

const https = ({ url, a }: IncusLab) => ({ url, ca: a.certificate });

export async function incusHarness(lab: IncusLab, store: RunningStore): Promise<Harness> {
  const installation = `conformance-${hex16()}`;
  const drivers: Driver[] = [];
  const closes: (() => Promise<unknown>)[] = [];
  const driver = (change: Readonly<Record<string, unknown>> = {}): Driver => {
    const made = incusDriverOf(lab, change);
    drivers.push(made);
    return made;
  };
  const one = incusSpec();
  const planted: string[] = [];
  const plant = async (name: string, config: Readonly<Record<string, string>> = {}): Promise<string> => {
    const there = (await lab.a.inventory())['instances']?.includes(`/1.0/instances/${name}`);
    if (!there) await lab.a.ask('POST', '/1.0/instances', { name, type: 'container', start: true, source: { type: 'image', alias: 'small' }, config });
    planted.push(name);
    return name;
  };
  const isAsItWas = async (name: string): Promise<boolean> => {
    const shown = await lab.a.ask('GET', `/1.0/instances/${name}`).catch(() => undefined);
    return typeof shown === 'object' && shown !== null && Reflect.get(shown, 'status') === 'Running' && Reflect.get(shown, 'ephemeral') === false;
  };
  const fails =
    (change: Readonly<Record<string, unknown>>, wanted: WorkloadSpec = one): ((attempt: Attempt) => Promise<unknown>) =>
    ({ id, signal }) =>
      new Provider(driver(change)).ensure('workload', id('workload'), wanted, wanted, signal);

  return {
    driver,
    specs: { workload: { one, other: { ...one, boot: ['false'] } } },
    mark: (run = hex16()) => ({ installation, run, expires: '2099-01-01T00:00:00.000Z' }),
    async loseNextReply() {
      const replies = await startReplies(lab.a.socket, join(lab.folder, `${hex16()}.socket`));
      closes.push(() => replies.close());
      const lossy = driver({ socket: replies.socket });
      replies.loseNext();
      return lossy;
    },
    weak: () => driver({ ...https(lab), credentials: { read: 'env:KNOWN', write: 'env:STRANGER' } }),
    provoke: {
      Throttled: 'cannot',
      Unknown: 'cannot',
      Unavailable: fails({ socket: join(lab.folder, 'nobody.socket') }),
      Capacity: fails({}, { ...one, size: { ...one.size, memoryBytes: 2 ** 50 } }),
      async Quota(attempt) {
        await lab.a.ask('POST', '/1.0/projects', {
          name: 'tight',
          config: { 'features.images': 'false', 'features.profiles': 'false', 'limits.containers': '0' },
        });
        return fails({ project: 'tight' })(attempt);
      },
      Denied: fails({ ...https(lab), credentials: { read: 'env:STRANGER', write: 'env:STRANGER' } }),
      NotFound: fails({}, { ...one, image: 'none' }),
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
          return (await isAsItWas(unmarked)) && (seen?.phase === 'ready' || seen?.phase === 'pending');
        },
      };
    },
    many: 6,
    // Two cores write down what two daemons do.
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
      await plant(`${name}0`, { 'user.role': 'orders/db*' });
      const text = 'orders of another site';
      const sha256 = createHash('sha256').update(text).digest('hex');
      await fetch(`${store.url}/dr/${sha256}`, { method: 'PUT', body: text });
      const rootfs = join(lab.folder, 'a/storage-pools/default/containers', name, 'rootfs/var/lib/muster');
      const read = (path: string): string => {
        try {
          return readFileSync(join(rootfs, path), 'utf8');
        } catch {
          return '';
        }
      };
      return {
        ref: { id: ref },
        bystander: { selector: `${name}0` },
        absent: { selector: 'user.role=orders/none' },
        restore: {
          files: { orders: { url: `${store.url}/dr/${sha256}`, sha256 } },
          // And the program runs on what was restored.
          restored: async () => (await becomes(() => read('data/orders/recovery-point') === text)) && becomes(serves),
          kept: () => becomes(() => readdirSync(join(rootfs, 'data')).some((each) => each.startsWith('orders.kept-'))),
          async serves() {
            await sleep(3000);
            return serves();
          },
        },
      };
    },
    readyWithinMs: 30_000,
    pollMs: 100,
    secrets: [SECRET],
    async close() {
      await Promise.all(drivers.map((each) => each.close()));
      await Promise.all(closes.map((close) => close()));
      for (const name of planted) await takeAway(lab, name);
    },
  };
}

async function takeAway({ a }: IncusLab, name: string): Promise<void> {
  await a.ask('PUT', `/1.0/instances/${name}/state`, { action: 'stop', force: true, timeout: 0 }).catch(() => undefined);
  await a.ask('DELETE', `/1.0/instances/${name}`).catch(() => undefined);
}
