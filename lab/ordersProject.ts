import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { parseDocument } from 'yaml';

const EXAMPLE = fileURLToPath(new URL('../drills/examples/orders', import.meta.url));

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
}

/** The example project as it runs on this machine: its addresses and the checksum of its files filled in. */
export async function makeOrdersProject(places: OrdersPlaces): Promise<{ readonly files: Uint8Array; readonly key: string }> {
  const { folder, storeUrl, adminUrl, routeUrl, drillRouteUrl, backupEvery, objectives } = places;
  await cp(EXAMPLE, folder, { recursive: true, filter: (path) => path !== join(EXAMPLE, 'app') });
  const files = await packApp();
  const sha256 = createHash('sha256').update(files).digest('hex');
  await edit(join(folder, 'muster.yaml'), [
    [['stores', 'neutral', 'endpoint'], storeUrl],
    [['routes', 'orders', 'admin'], adminUrl],
    [['routes', 'orders', 'url'], routeUrl],
    [['routes', 'orders-drill', 'admin'], adminUrl],
    [['routes', 'orders-drill', 'url'], drillRouteUrl],
    [['roles', 'payments', 2], DEMO_APPROVER],
  ]);
  await edit(join(folder, 'workloads', 'orders.yaml'), [
    [['components', 'db', 'files', 'sha256'], sha256],
    [['components', 'api', 'files', 'sha256'], sha256],
    ...(backupEvery === undefined ? [] : ([[['components', 'db', 'env', 'BACKUP_EVERY'], String(backupEvery)]] as const)),
  ]);
  await edit(join(folder, 'drills', 'orders-to-ams.yaml'), Object.entries(objectives ?? {}).map(([name, value]) => [['objectives', name], value] as const));
  return { files, key: 'files/orders.tgz' };
}

async function packApp(): Promise<Uint8Array> {
  const { stdout } = await promisify(execFile)('tar', ['-C', join(EXAMPLE, 'app'), '-czf', '-', '.'], { encoding: 'buffer', maxBuffer: 2 ** 24 });
  return stdout;
}

async function edit(path: string, changes: readonly (readonly [readonly (string | number)[], string])[]): Promise<void> {
  const document = parseDocument(await readFile(path, 'utf8'));
  for (const [at, value] of changes) document.setIn(at, value);
  await writeFile(path, document.toString({ lineWidth: 0 }));
}
