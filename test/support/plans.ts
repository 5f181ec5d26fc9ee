import { makePlan } from '../../drills/makePlan.ts';
import type { Plan } from '../../drills/plan.ts';
import { drill } from '../../drills/schema/drill.ts';
import { muster } from '../../drills/schema/muster.ts';
import type { Mode } from '../../drills/schema/names.ts';
import { workload } from '../../drills/schema/workload.ts';
import type { Capabilities } from '../../providers/spec.ts';

export const REQUESTER = 'ana@example.com';
export const APPROVER = 'li@example.com';

const CAN: Capabilities = {
  vendor: 'self',
  kinds: ['workload'],
  power: ['running', 'stopped', 'cut'],
  restoresOnStart: true,
  traffic: { cuts: true },
  emulated: true,
};

export interface Wanted {
  readonly mode?: Mode;
  /** Keys of the drill file that differ. */
  readonly drill?: object;
  /** Keys of its components that differ, by component. */
  readonly components?: Readonly<Record<string, object>>;
  /** Keys of the workload file that differ. */
  readonly workload?: object;
  /** The target can enforce isolation. */
  readonly fenced?: boolean;
  /** Data sets keep a storage lease; on by default. */
  readonly leases?: boolean;
  /** Further components, which need nothing and keep nothing. */
  readonly more?: readonly string[];
}

/** A plan as the command line makes it, of files in the format: `orders` (db, and api in front of it) from fra to ams. Everything is quick. */
export function planOf(
  installation: string,
  { mode = 'unplanned', drill: drillChange = {}, components = {}, workload: workloadChange = {}, fenced = false, leases = true, more = [] }: Wanted = {},
): Plan {
  const component = {
    image: 'orders',
    boot: ['run'],
    size: { cpu: 1, memory: '1Mi' },
    ports: { http: 7000 },
    health: { http: '/health', port: 'http', within: '2s' },
  };
  const files = {
    muster: muster.parse({
      installation,
      runner: { location: 'elsewhere' },
      sites: { fra: { provider: 'fake', images: { orders: 'host' } }, ams: { provider: 'fake', images: { orders: 'host' } } },
      stores: { neutral: { type: 'fake' } },
      routes: { orders: { driver: 'fake', url: 'http://orders.test' }, 'orders-drill': { driver: 'fake', url: 'http://orders-drill.test' } },
      roles: { payments: [REQUESTER, APPROVER] },
    }),
    workload: workload.parse({
      workload: 'orders',
      route: 'orders',
      drillRoute: 'orders-drill',
      recoveryPoints: 'neutral',
      identity: { header: 'x-site' },
      components: {
        db: { ...component, data: { orders: { size: '1Mi', writer: leases ? 'single' : 'many', lease: '300ms' } }, ...components['db'] },
        ...Object.fromEntries(more.map((name) => [name, component])),
        api: { ...component, needs: ['db'], public: 'http', env: { NEEDS: 'http://${needs.db.http}' }, ...components['api'] },
      },
      probes: [{ name: 'service', http: 'GET /health', every: '20ms', timeout: '2s' }],
      canary: { append: 'POST /orders', list: 'GET /orders', tenant: 'canary', every: '20ms' },
      ...workloadChange,
    }),
    drill: drill.parse({
      drill: `${installation}-orders`,
      workload: 'orders',
      from: 'fra',
      to: 'ams',
      modes: ['rehearse', 'isolated', 'planned', 'unplanned'],
      objectives: { rto: '60s', rpo: '30s', hold: '60ms' },
      approve: { before: 'disrupt', role: 'payments', expires: '60s' },
      unfenced: 'a fake site has no networks',
      patience: '60s',
      ...drillChange,
    }),
  };
  const capabilities = (site: string): Capabilities => (fenced && site === 'ams' ? { ...CAN, kinds: ['workload', 'network'] } : CAN);
  return makePlan({ ...files, mode, requestedBy: REQUESTER, trigger: 'on demand', capabilities, sharedHost: false });
}
