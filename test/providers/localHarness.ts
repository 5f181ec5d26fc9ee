import { once } from 'node:events';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { dirname, join } from 'node:path';
import { createHash, randomUUID } from 'node:crypto';
import type { Driver } from '../../providers/driver.ts';
import { localDriver } from '../../providers/local/index.ts';
import { files, thingDir } from '../../providers/local/layout.ts';
import { type Kind, type ResourceId, STANDING, type WorkloadSpec } from '../../providers/spec.ts';
import type { Harness } from '../conformance/index.ts';
import { spec as smallest, TestSite } from './localSite.ts';

const SECRET = 'hunter2';
const POINT = 'an order\n';
const sha256 = createHash('sha256').update(POINT).digest('hex');

/** `config` is what the site says in muster.yaml beside its provider. */
export async function localHarness(config: Record<string, unknown> = {}): Promise<Harness> {
  const site = await TestSite.make(config, `conformance-${randomUUID().slice(0, 8)}`);
  const store = createServer((_, response) => response.end(POINT)).listen(0, '127.0.0.1');
  await once(store, 'listening');
  const address = store.address();
  const storePort = typeof address === 'object' && address ? address.port : 0;
  const file = { url: `http://127.0.0.1:${storePort}/point?signature=${SECRET}`, sha256 };
  const foreign: string[] = [];

  const one: WorkloadSpec = {
    ...smallest,
    // Most of the suite's things are only there; a program that listens costs more to start.
    boot: ['sleep', '100000'],
    env: { LISTEN: '${self.listen.http}', DATA: '${self.data.orders}' },
    secrets: { TOKEN: SECRET },
    data: { orders: { sizeBytes: 1, restore: file, recovery: `http://127.0.0.1:9/?signature=${SECRET}` } },
  };
  const standing = (role: string): ResourceId => ({ owner: { installation: site.installation, run: STANDING, expires: 'never' }, role, generation: 1 });
  const driver = (): Driver => localDriver({ site: 'ams', config: site.config, root: site.root, installation: site.installation });
  const bad =
    (change: Partial<WorkloadSpec>): Harness['provoke']['Invalid'] =>
    ({ id, signal }) => {
      const wanted = { ...one, ...change };
      return site.provider.ensure('workload', id('workload'), wanted, wanted, signal);
    };
  const witness = { host: '127.0.0.1', port: storePort };

  return {
    driver,
    specs: {
      workload: { one, other: { ...one, image: 'another' }, doomed: { ...one, files: { ...file, sha256: '0'.repeat(64) } } },
      network: {
        one: { egress: 'denied', witnesses: [witness] },
        other: { egress: 'denied', witnesses: [] },
        doomed: { egress: 'denied', witnesses: [witness, { host: '127.0.0.1', port: 1 }] },
      },
    },
    mark: (run = STANDING) => ({ installation: site.installation, run, expires: '2099-01-01T00:00:00.000Z' }),
    loseNextReply() {
      const lossy = driver();
      return { ...lossy, owned: { ...lossy.owned, ...losing(lossy.owned) } };
    },
    provoke: {
      Throttled: 'cannot',
      Capacity: 'cannot',
      async Unavailable({ id, signal }) {
        const stubborn = id('workload');
        const wanted = { ...one, boot: ['sh', '-c', 'trap "" TERM; while :; do sleep 1; done'] };
        await site.start(stubborn, wanted);
        const { version } = await site.provider.readPower({ id: stubborn }, signal);
        const stopping = await site.provider.writePower({ id: stubborn }, 'stopped', version, signal);
        return site.provider.writePower({ id: stubborn }, 'running', stopping.version, signal);
      },
      Quota: bad({ ports: Object.fromEntries(Array.from({ length: 10_001 }, (_, index) => [`p${index}`, 1])) }),
      NotFound: ({ signal }) => site.provider.writePower({ selector: 'orders/none' }, 'running', '1', signal),
      async Conflict({ id, signal }) {
        const thing = id('workload');
        await site.provider.ensure('workload', thing, one, one, signal);
        return site.provider.ensure('workload', thing, one, { other: true }, signal);
      },
      async Denied({ id, signal }) {
        const thing = id('workload');
        const path = thingDir(site.root, thing);
        await mkdir(path, { recursive: true });
        foreign.push(path);
        return site.provider.remove('workload', thing, signal);
      },
      Invalid: bad({ data: { '../../etc': { sizeBytes: 1, recovery: '' } } }),
      Unsupported: config['isolation'] === undefined ? bad({ network: { fence: standing('fence') } }) : 'cannot',
      async Unknown({ id, signal }) {
        const thing = id('workload');
        await site.provider.ensure('workload', thing, one, one, signal);
        await writeFile(files.plan(thingDir(site.root, thing)), SECRET);
        return site.provider.observe('workload', thing, signal);
      },
    },
    async plantForeign(kind: Kind, id: ResourceId) {
      const theirs = { ...id, owner: { ...id.owner, installation: 'somebody-else' } };
      const owned = { kind, ...theirs.owner, role: id.role, generation: id.generation, digest: '', site: 'ams', replicas: 0, madeAt: '' };
      const planted = [
        [join(thingDir(site.root, id), 'precious'), ''],
        [files.owned(thingDir(site.root, theirs)), JSON.stringify(owned)],
      ] as const;
      for (const [path, text] of planted) {
        await mkdir(dirname(path), { recursive: true });
        await writeFile(path, text);
      }
      const survives = async (): Promise<boolean> => {
        const texts = await Promise.all(planted.map(([path]) => readFile(path, 'utf8').catch(() => undefined)));
        return texts.every((text, index) => text === planted[index]?.[1]);
      };
      return { holdsName: true, survives };
    },
    many: 12,
    async standing() {
      const [ref, bystander] = [standing('orders/db'), standing('orders/api')];
      for (const id of [ref, bystander]) await site.start(id, { ...one, boot: smallest.boot });
      const data = join(thingDir(site.root, ref), '0', 'data');
      return {
        ref: { id: ref },
        bystander: { selector: 'orders/api' },
        absent: { selector: 'orders/none' },
        restore: {
          files: { orders: file },
          restored: async () => (await readFile(join(data, 'orders', 'recovery-point'), 'utf8')) === POINT,
          kept: async () => (await readdir(data)).some((name) => name.startsWith('orders.kept-')),
        },
      };
    },
    readyWithinMs: 30_000,
    pollMs: 100,
    secrets: [SECRET],
    async close() {
      await site.close();
      store.close();
      store.closeAllConnections();
    },
  };
}

/** Each ensure does its work; then its reply does not come. */
function losing(owned: Driver['owned']): Driver['owned'] {
  const lost = async (): Promise<never> => {
    throw new Error('the reply was lost');
  };
  const { workload, network } = owned;
  return {
    ...(workload && { workload: { ...workload, ensure: (...call) => workload.ensure(...call).then(lost) } }),
    ...(network && { network: { ...network, ensure: (...call) => network.ensure(...call).then(lost) } }),
  };
}
