import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { parseDocument } from 'yaml';

const EXAMPLE = fileURLToPath(new URL('../drills/examples/orders', import.meta.url));

/** The example's own sites and installation, as its muster.yaml names them. */
export const ON_PREM = ['onprem-fra', 'onprem-ams'] as const;
export const INSTALLATION = 'orders-demo';

/** Who approves in a demo: not a person, and called so in the record. */
export const DEMO_APPROVER = 'the demo itself';

export interface OrdersPlaces {
  /** Where the project is put. */
  readonly folder: string;
  readonly storeUrl: string;
  readonly adminUrl: string;
  readonly routeUrl: string;
  readonly drillRouteUrl: string;
  /** Seconds between two recovery points; the example's own where absent. */
  readonly backupEvery?: number;
  readonly objectives?: Readonly<Record<string, string>>;
  /** More workloads like the example, each with a drill `<name>-to-ams` and routes `<name>` and `<name>-drill`. */
  readonly copies?: readonly OrdersCopy[];
  /** More sites than the example has, by name, as they stand in muster.yaml. */
  readonly sites?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** More drills, between these sites, each called `orders-<from>-to-<to>`. */
  readonly pairs?: readonly Pair[];
  /** What else is to be different, by file of the project. What the example's own files say is copied with them. */
  readonly edits?: Readonly<Record<string, readonly Edit[]>>;
}

export interface Pair {
  readonly from: string;
  readonly to: string;
}

/** What the example drill is called, between other sites or its own. */
export function drillName(pair?: Pair): string {
  return pair && (pair.from !== 'onprem-fra' || pair.to !== 'onprem-ams') ? `orders-${pair.from}-to-${pair.to}` : 'orders-to-ams';
}

export interface OrdersCopy {
  readonly name: string;
  readonly routeUrl: string;
  readonly drillRouteUrl: string;
}

/** Where in a YAML file, and what shall stand there. */
export type Edit = readonly [at: readonly (string | number)[], value: unknown];

/** The example project as it runs on this machine: its addresses and the checksum of its files filled in. */
export async function makeOrdersProject(places: OrdersPlaces): Promise<{ readonly files: Uint8Array; readonly key: string }> {
  const { folder, storeUrl, adminUrl, routeUrl, drillRouteUrl, backupEvery, objectives, copies = [], sites = {}, pairs = [], edits = {} } = places;
  await cp(EXAMPLE, folder, { recursive: true, filter: (path) => path !== join(EXAMPLE, 'app') });
  const files = await packApp();
  const sha256 = createHash('sha256').update(files).digest('hex');
  const change = (path: string, changes: readonly Edit[], from = path) =>
    editYaml(join(folder, from), [...changes, ...(edits[path] ?? [])], join(folder, path));
  await change('muster.yaml', [
    [['stores', 'neutral', 'endpoint'], storeUrl],
    ...routes('orders', routeUrl, drillRouteUrl),
    ...copies.flatMap((copy) => routes(copy.name, copy.routeUrl, copy.drillRouteUrl)),
    [['roles', 'payments', 2], DEMO_APPROVER],
    ...Object.entries(sites).map(([name, site]): Edit => [['sites', name], site]),
  ]);
  await change('workloads/orders.yaml', [
    [['components', 'db', 'files', 'sha256'], sha256],
    [['components', 'api', 'files', 'sha256'], sha256],
    // A boot script looks once a second, and gives a lease up two seconds before its end: three seconds are too few for a busy machine.
    ...(Object.keys(sites).length === 0 ? [] : ([[['components', 'db', 'data', 'orders', 'lease'], '6s']] as const)),
    ...(backupEvery === undefined ? [] : ([[['components', 'db', 'env', 'BACKUP_EVERY'], String(backupEvery)]] as const)),
    // Who holds it on a machine of a cloud counts whole seconds.
    ...(Object.keys(sites).length === 0 ? [] : ([[['components', 'db', 'data', 'orders', 'lease'], '6s']] as const)),
  ]);
  await change(
    'drills/orders-to-ams.yaml',
    Object.entries(objectives ?? {}).map(([name, value]) => [['objectives', name], value] as const),
  );
  for (const pair of pairs) {
    const name = drillName(pair);
    const changes: Edit[] = [
      [['drill'], name],
      [['from'], pair.from],
      [['to'], pair.to],
    ];
    await change(`drills/${name}.yaml`, changes, 'drills/orders-to-ams.yaml');
  }
  for (const { name } of copies) {
    await change(
      `workloads/${name}.yaml`,
      [
        [['workload'], name],
        [['route'], name],
        [['drillRoute'], `${name}-drill`],
      ],
      'workloads/orders.yaml',
    );
    await change(
      `drills/${name}-to-ams.yaml`,
      [
        [['drill'], `${name}-to-ams`],
        [['workload'], name],
      ],
      'drills/orders-to-ams.yaml',
    );
  }
  return { files, key: 'files/orders.tgz' };

  function routes(name: string, url: string, drillUrl: string): Edit[] {
    return [
      [['routes', name], { driver: 'forwarder', admin: adminUrl, url }],
      [['routes', `${name}-drill`], { driver: 'forwarder', admin: adminUrl, url: drillUrl }],
    ];
  }
}

async function packApp(): Promise<Uint8Array> {
  const { stdout } = await promisify(execFile)('tar', ['-C', join(EXAMPLE, 'app'), '-czf', '-', '.'], { encoding: 'buffer', maxBuffer: 2 ** 24 });
  return stdout;
}

/** Changes a YAML file and leaves the rest of it as it is; `to` puts the result elsewhere. */
export async function editYaml(path: string, changes: readonly Edit[], to = path): Promise<void> {
  const document = parseDocument(await readFile(path, 'utf8'));
  for (const [at, value] of changes) document.setIn(at, document.createNode(value));
  await writeFile(to, document.toString({ lineWidth: 0 }));
}
