import { z } from 'zod';
import { type Loaded, loadFiles, type Problem, sayProblem, type Schemas } from '../../../drills/load/index.ts';
import { bytes } from '../../../drills/units.ts';

/** Keys that only a provider knows, in each of the three places that have some. */
export const SCHEMAS: Schemas = {
  sites: {
    rack: z.strictObject({
      provider: z.literal('rack'),
      host: z.string().min(1).describe('Where the rack is reached.'),
      memory: bytes.optional(),
      images: z.record(z.string(), z.string()).default({}),
    }),
    cloud: z
      .strictObject({ provider: z.literal('cloud'), region: z.enum(['eu-west-1', 'eu-west-2']) })
      .refine(({ region }) => region !== 'eu-west-2', { error: 'a region that is open', path: ['region'] }),
  },
  routes: {
    forwarder: z.strictObject({
      driver: z.literal('forwarder'),
      admin: z.url({ error: 'an address such as http://127.0.0.1:7310' }),
      url: z.string(),
      ttl: z.number().optional(),
    }),
  },
  stores: { s3: z.strictObject({ type: z.literal('s3'), bucket: z.string().min(1), endpoint: z.string().optional() }) },
};

export const MUSTER = `installation: acme-dr
runner: { location: colo-dub }
sites:
  onprem: { provider: rack, host: rack-1, images: { orders: host } }
  aws: { provider: cloud, region: eu-west-1, images: { orders: ami-1 } }
stores:
  neutral: { type: s3, bucket: dr }
routes:
  orders: { driver: forwarder, admin: "http://127.0.0.1:7310", url: "https://orders.example.com" }
  orders-drill: { driver: forwarder, admin: "http://127.0.0.1:7310", url: "https://orders-drill.example.com" }
roles:
  payments: [ana@example.com, li@example.com]
  leads: [max@example.com]
vantages: [dublin, paris]
`;

export const WORKLOAD = `workload: orders
route: orders
drillRoute: orders-drill
recoveryPoints: neutral
identity: { header: x-site }
components:
  db:
    image: orders
    files: { url: "neutral:files/orders.tgz", sha256: "${'ab'.repeat(32)}" }
    boot: [node, db.js]
    size: { cpu: 0.5, memory: 256Mi }
    ports: { http: 7001 }
    env: { LISTEN: "\${self.listen.http}", DATA: "\${self.data.orders}", BACKUP: "\${store.url}/\${self.recovery.orders}" }
    secrets: { TOKEN: env:ORDERS_TOKEN }
    health: { http: /health, port: http, within: 60s }
    data: { orders: { size: 1Gi } }
  api:
    needs: [db]
    image: orders
    boot: [node, api.js]
    size: { cpu: 0.5, memory: 256Mi }
    replicas: 2
    ports: { http: 7000 }
    public: http
    env: { DB: "http://\${needs.db.http}", SITE: "\${self.site}/\${self.replica}" }
probes:
  - { name: front, http: GET /health }
canary: { append: POST /orders, list: "GET /orders?canary=1", tenant: canary }
`;

export const DRILL = `drill: orders-to-aws
workload: orders
from: onprem
to: aws
modes: [rehearse, isolated, unplanned]
objectives: { rto: 30m, rpo: 5m, hold: 2m }
schedule: { on: first Tuesday of the quarter at 09:00, zone: Europe/Dublin, mode: isolated }
approve: { before: disrupt, role: payments, expires: 30m }
guards:
  - { name: quiet, run: ./dr/quiet.sh }
steps:
  - { name: mask, after: restore, run: [./dr/mask.sh, --all], undo: none, repeat: safe }
verify:
  - { name: smoke, run: ./dr/smoke.sh }
vantages: [dublin]
`;

/** The good project with files of it replaced; keys are their paths. */
export function load(replaced: Readonly<Record<string, string>> = {}): Loaded {
  const files = { 'muster.yaml': MUSTER, 'workloads/orders.yaml': WORKLOAD, 'drills/orders.yaml': DRILL, ...replaced };
  return loadFiles(
    Object.entries(files).map(([path, text]) => ({ path, text })),
    SCHEMAS,
  );
}

/** The good text with one part of it replaced; fails when that part is not there once. */
export function changed(text: string, part: string, by: string): string {
  if (text.split(part).length !== 2) throw new Error(`${JSON.stringify(part)} stands ${text.split(part).length - 1} times in the text`);
  return text.replace(part, () => by);
}

export const said = (problems: readonly Problem[]): string[] => problems.map(sayProblem);
