import { chmodSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Edit } from '../../../lab/ordersProject.ts';
import { type Stand, type StandOptions, startStand } from '../../../lab/stand.ts';
import { rememberSites } from './troubles.ts';

const QUICK: Readonly<Record<string, readonly Edit[]>> = {
  // On a starved machine seconds pass between two renewals: a writer that stops itself there would be no finding of these tests.
  'workloads/orders.yaml': [[['components', 'db', 'data', 'orders', 'lease'], '10s']],
  'drills/orders-to-ams.yaml': [
    [['patience'], '2s'],
    [['approve', 'expires'], '2m'],
  ],
};

/** A stand of its own for one test file. Its drills are short: a hold of one second and a recovery point each second, unless said otherwise. */
export async function startQuickStand({ edits = {}, ...options }: Omit<Partial<StandOptions>, 'folder'> = {}): Promise<Stand> {
  const folder = mkdtempSync(join(tmpdir(), 'e2e-'));
  // Open to all: where tests run as root, each site has a user of its own that must get to its directory.
  chmodSync(folder, 0o755);
  const paths = new Set([...Object.keys(QUICK), ...Object.keys(edits)]);
  const all = Object.fromEntries([...paths].map((path) => [path, [...(QUICK[path] ?? []), ...(edits[path] ?? [])]]));
  const stand = await startStand({ backupEvery: 1, ...options, objectives: { rto: '60s', rpo: '30s', hold: '1s', ...options.objectives }, folder, edits: all });
  rememberSites(stand.stateFolder);
  return stand;
}
