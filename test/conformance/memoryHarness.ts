import { MemorySite, type MemoryDriver, memoryDriver, type MemoryOptions, type SiteOptions } from '../../providers/memory/index.ts';
import { nameOf } from '../../providers/memory/thing.ts';
import { Provider } from '../../providers/provider.ts';
import { type ErrorCode, type Kind, type ResourceId, STANDING } from '../../providers/spec.ts';
import { hex16 } from './bench.ts';
import { type Harness, SMALLEST } from './index.ts';

const SECRET = 'hunter2';
const BACKUP = { url: 'http://store.invalid/orders.tgz?signature=hunter2', sha256: 'a'.repeat(64) };
const LEAK = { host: 'leak.invalid', port: 443 };
const WITNESS = { host: 'witness.invalid', port: 443 };

const workload = {
  ...SMALLEST.workload,
  replicas: 2,
  ports: { http: 7001, metrics: 9000 },
  secrets: { TOKEN: SECRET },
  data: { orders: { sizeBytes: 1, restore: BACKUP, recovery: 'http://store.invalid/?signature=hunter2' } },
};

const TIMING = { readyAfterMs: 20, goneAfterMs: 10, changesAfterMs: 10 };

/** `options` narrows what the driver declares, or plants a bug in it. */
export async function memoryHarness(options: MemoryOptions = {}, timing: SiteOptions = TIMING): Promise<Harness> {
  const site = new MemorySite(timing);
  const installation = `conformance-${hex16()}`;
  const driver = (): MemoryDriver => memoryDriver({ ...options, site });
  const standing = (role: string): ResourceId => ({ owner: { installation, run: STANDING, expires: 'never' }, role, generation: 1 });
  site.publish(BACKUP.url, BACKUP.sha256);
  site.leak(LEAK);
  site.routes.put('orders', { targets: [{ host: 'before.invalid', port: 80, weight: 100 }], ttlSeconds: 300 });

  const fails =
    (code: ErrorCode): Harness['provoke'][ErrorCode] =>
    ({ id, signal }) => {
      const failing = driver();
      const provider = new Provider(failing);
      for (const operation of ['ensure', 'readPower', 'readRoute'] as const) failing.faults.failNext(operation, code);
      if (failing.owned.workload) return provider.ensure('workload', id('workload'), workload, workload, signal);
      return failing.power ? provider.readPower({ selector: 'any' }, signal) : provider.readRoute('any', signal);
    };

  return {
    driver,
    specs: {
      workload: { one: workload, other: { ...workload, image: 'another' }, doomed: { ...workload, files: { url: BACKUP.url, sha256: 'b'.repeat(64) } } },
      network: {
        one: { egress: 'denied', witnesses: [WITNESS] },
        other: { egress: 'denied', witnesses: [] },
        doomed: { egress: 'denied', witnesses: [WITNESS, LEAK] },
      },
    },
    mark: (run = hex16()) => ({ installation, run, expires: '2099-01-01T00:00:00.000Z' }),
    loseNextReply() {
      const lossy = driver();
      lossy.faults.loseNextReply('ensure');
      return lossy;
    },
    provoke: {
      Throttled: fails('Throttled'),
      Unavailable: fails('Unavailable'),
      Capacity: fails('Capacity'),
      Quota: fails('Quota'),
      NotFound: fails('NotFound'),
      Conflict: fails('Conflict'),
      Denied: fails('Denied'),
      Invalid: fails('Invalid'),
      Unsupported: fails('Unsupported'),
      Unknown: fails('Unknown'),
    },
    async plantForeign(kind: Kind, id: ResourceId) {
      const other = { ...id, owner: { ...id.owner, installation: 'somebody-else' } };
      const planted = [
        [nameOf(id), site.make(kind, nameOf(id), { digest: '', spec: SMALLEST[kind] })],
        [nameOf(other), site.make(kind, nameOf(other), { mark: other, digest: '', spec: SMALLEST[kind] })],
      ] as const;
      return { holdsName: true, survives: async () => planted.every(([name, thing]) => site.get(kind, name) === thing) };
    },
    many: 60,
    async standing() {
      const ref = { id: standing('orders/db') };
      const bystander = { selector: 'vm-orders-db' };
      site.make('workload', nameOf(ref.id), { mark: ref.id, digest: '', spec: workload });
      site.make('workload', bystander.selector, { digest: '', spec: workload });
      const power = () => site.get('workload', nameOf(ref.id))?.power;
      return {
        ref,
        bystander,
        absent: { id: standing('orders/none') },
        restore: {
          files: { orders: BACKUP },
          restored: async () => power()?.data['orders'] === BACKUP.sha256,
          kept: async () => (power()?.kept.length ?? 0) > 0,
        },
      };
    },
    traffic: {
      route: 'orders',
      missing: 'none',
      targets: [
        { host: 'old.invalid', port: 80 },
        { host: 'new.invalid', port: 80 },
      ],
      async connect() {
        const connection = site.routes.connect('orders');
        return { isOpen: async () => connection.open, close: async () => {} };
      },
    },
    readyWithinMs: 2_000,
    pollMs: 5,
    secrets: [SECRET],
    async close() {},
  };
}
