import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Entry } from '../../drills/journal.ts';
import type { DrillRecord } from '../../drills/record.ts';
import { compare, type LedgerEntry, readLedger } from '../../lab/load/ledger.ts';
import { startLoad } from '../../lab/load/load.ts';
import type { Stand } from '../../lab/stand.ts';
import { localConfig, localDriver } from '../../providers/local/index.ts';
import { Provider } from '../../providers/provider.ts';
import { differences, takeInventory } from '../crash/inventory.ts';
import { keysOf } from '../crash/storeListing.ts';
import { drillToEnd, evidenceOf, planned, putHome } from './support/drills.ts';
import { startQuickStand } from './support/quickStand.ts';
import type { StoredOrder } from './support/recoveryPoints.ts';
import { settled } from './support/settled.ts';

/** A site with fences, beside the two of the example. */
const FENCED_SITE = 'onprem-par';
const ORDERS_PER_SECOND = 5;
/** What two clients of one service may differ by on a busy machine. */
const APART_SECONDS = 1.5;

const canFence = tryToFence();

interface Ran {
  readonly record: DrillRecord;
  readonly journal: readonly Entry[];
  /** The live route, before and after, as its admin interface tells it. */
  readonly routes: readonly [before: string, after: string];
  /** Orders of every kind that the service had, before and after. */
  readonly orders: readonly [before: number, after: number];
}

let stand: Stand;
const ran: Record<string, Ran> = {};
let ledger: readonly LedgerEntry[] = [];
let survived: readonly StoredOrder[] = [];
let changedByRehearsal: readonly string[] = [];

beforeAll(async () => {
  stand = await startQuickStand({
    copies: ['fenced'],
    edits: {
      'muster.yaml': [
        [['sites', FENCED_SITE], { provider: 'local', location: 'this-machine', images: { orders: 'host' }, ...(canFence ? { isolation: 'namespace' } : {}) }],
      ],
      'drills/fenced-to-ams.yaml': [[['to'], FENCED_SITE]],
    },
  });
  await putHome(stand, 'orders', 'fenced');
  const before = await takeInventory(stand);
  await tryMode('rehearse', 'rehearse', 'orders');
  changedByRehearsal = await settled(
    async () => differences(before, await takeInventory(stand), 0),
    (found) => found.length === 0,
  );
  await Promise.all([onOrders(), ...(canFence ? [tryMode('fenced', 'isolated', 'fenced')] : [])]);
}, 240_000);

afterAll(async () => {
  await removeFences();
  await stand?.stop();
});

async function onOrders(): Promise<void> {
  await tryMode('unfenced', 'isolated', 'orders');
  const file = join(stand.folder, 'planned.jsonl');
  const load = startLoad({ url: stand.lab.routeUrl, ratePerSecond: ORDERS_PER_SECOND, ledger: file });
  await tryMode('planned', 'planned', 'orders');
  await load.stop();
  ledger = await readLedger(file);
  survived = await ordersAt(stand.lab.routeUrl, '?tenant=load');
}

async function tryMode(name: string, mode: 'rehearse' | 'isolated' | 'planned', workload: string): Promise<void> {
  const url = stand.lab.copyUrls[workload] ?? stand.lab.routeUrl;
  const routeOf = async () => (await fetch(`${stand.lab.adminUrl}/routes/${workload}`)).text();
  const [routeBefore, ordersBefore] = [await routeOf(), await ordersAt(url)];
  const result = await drillToEnd(stand, await planned(stand, mode, `${workload}-to-ams`));
  const { record, journal } = await evidenceOf(result);
  ran[name] = {
    record,
    journal,
    routes: [routeBefore, await routeOf()],
    orders: [ordersBefore.length, (await ordersAt(url)).length],
  };
}

async function ordersAt(url: string, query = ''): Promise<StoredOrder[]> {
  return ((await (await fetch(`${url}/orders${query}`)).json()) as { orders: StoredOrder[] }).orders;
}

/** A fence is the machine's: should a test have failed, it would outlive the stand. */
async function removeFences(): Promise<void> {
  if (!canFence || !stand) return;
  const installation = 'orders-demo';
  const config = localConfig.parse({ provider: 'local', isolation: 'namespace' });
  const provider = new Provider(localDriver({ site: FENCED_SITE, root: join(stand.stateFolder, 'sites', FENCED_SITE), installation, config }));
  const signal = AbortSignal.timeout(30_000);
  for (let found = await provider.list({ installation }, signal); found.length > 0; found = await provider.list({ installation }, signal)) {
    for (const { kind, id } of found) await provider.remove(kind, id, signal);
  }
}

function how(name: string): Ran {
  const found = ran[name];
  if (!found) throw new Error(`${name} was not tried`);
  return found;
}

describe('rehearse', () => {
  it('says whether the drill could run, and measures no recovery', () => {
    const { record } = how('rehearse');
    expect(record.verdict).toEqual({ outcome: 'passed', reasons: [expect.stringMatching(/^ready: \d+ checks passed$/)] });
    expect(record.measures.rta).not.toHaveProperty('service');
    expect(record.measures).not.toHaveProperty('rehearsedRta');
  });

  it('changes nothing at all: no process, port, directory, key, route or order', () => {
    const { routes, orders, record } = how('rehearse');
    expect(changedByRehearsal).toEqual([]);
    expect(routes[1]).toBe(routes[0]);
    expect(orders[1]).toBe(orders[0]);
    expect(record.resources.created).toEqual([]);
  });
});

describe.each(['unfenced', 'fenced'])('isolated, %s', (name) => {
  // `npm test` needs no root; where it is run as root, as in CI, nothing is skipped.
  const skipped = name === 'fenced' && !canFence;
  const needs = skipped
    ? ' (SKIPPED: it needs Linux, root that may make network namespaces, and the programs ip and nsenter: run as root, apt install iproute2 util-linux)'
    : '';

  it.skipIf(skipped)(`passes with a rehearsed recovery time and no RTA${needs}`, () => {
    const { record } = how(name);
    expect(record.verdict.outcome).toBe('passed');
    expect(record.measures.rehearsedRta).toBeGreaterThan(0);
    expect(record.measures.rta).not.toHaveProperty('service');
    expect(record.verdict.reasons[0]).toMatch(/^rehearsed recovery \(no detection, decision or DNS in it\)/);
  });

  it.skipIf(skipped)(`leaves clients and source alone${needs}`, () => {
    const { record, journal, routes } = how(name);
    expect(routes[1]).toBe(routes[0]);
    const live = record.measures.probes.filter(({ route }) => route === 'live');
    expect(live.flatMap(({ outages }) => outages)).toEqual([]);
    expect(journal.some((entry) => entry.type === 'fenced')).toBe(false);
  });

  it.skipIf(skipped)(`leaves nothing at the target and nothing of its own in the store${needs}`, async () => {
    const { record } = how(name);
    expect(record.resources.created.length).toBeGreaterThanOrEqual(2);
    expect(record.resources.leftovers).toEqual([]);
    expect((await keysOf(stand.lab.storeUrl)).filter((key) => key.startsWith('drill/'))).toEqual([]);
  });

  it.skipIf(skipped)(`says what kept the copy in${needs}`, () => {
    const { record, journal } = how(name);
    if (name === 'unfenced') {
      expect(record.unfenced).toBe('both sites are processes of one machine');
      expect(record.findings).toContain('not isolated: both sites are processes of one machine');
      return;
    }
    const proof = journal.findIndex((entry) => entry.type === 'check' && entry.name === 'isolation');
    expect(journal[proof]).toMatchObject({ ok: true, detail: expect.stringMatching(/^from inside, 127\.0\.0\.1:\d+ cannot be reached$/) });
    expect(journal.findIndex((entry) => entry.type === 'component')).toBeGreaterThan(proof);
    expect(record).not.toHaveProperty('unfenced');
  });
});

describe('planned', () => {
  it('loses nothing that any client was told is stored, there and back', () => {
    const { record } = how('planned');
    expect(record.verdict.outcome).toBe('passed');
    expect(record.measures.canary).toMatchObject({ lost: 0, duplicated: 0 });
    expect(record.measures.rpa.byCanary).toBe(0);
    expect(compare(ledger, survived)).toMatchObject({ acknowledged: ledger.length, lost: 0, altered: 0, duplicated: 0, rpaSeconds: 0 });
    expect(new Set(ledger.map(({ site }) => site))).toEqual(new Set(['onprem-fra', 'onprem-ams']));
  });

  it('tells both outages, reads and writes apart, as long as another client found them', () => {
    const { downtime, failback } = how('planned').record.measures;
    const [out, back] = silences();
    expect(Math.abs((downtime?.writes?.seconds ?? NaN) - (out ?? NaN))).toBeLessThan(APART_SECONDS);
    expect(Math.abs((failback?.writes?.seconds ?? NaN) - (back ?? NaN))).toBeLessThan(APART_SECONDS);
    expect(downtime?.reads?.seconds).toBeGreaterThan(0);
    expect(failback?.reads?.seconds).toBeGreaterThan(0);
  });

  it('stops the source by shutting it down, and sees it off before the target writes', () => {
    const { record, journal } = how('planned');
    expect(record.fences.slice(0, 2)).toMatchObject([{ witness: 'power off' }, { witness: 'power off' }]);
    const fenced = journal.findIndex((entry) => entry.type === 'fenced');
    expect(journal.findIndex((entry) => entry.type === 'created')).toBeGreaterThan(fenced);
  });
});

/** Seconds without an acknowledged order, each time that another site answers than before. */
function silences(): number[] {
  const acks = ledger.toSorted((a, b) => Date.parse(a.ackAt) - Date.parse(b.ackAt));
  return acks.flatMap((entry, index) => {
    const last = acks[index - 1];
    return last && last.site !== entry.site ? [(Date.parse(entry.ackAt) - Date.parse(last.ackAt)) / 1000] : [];
  });
}

/** Whether this machine lets us make a network namespace and enter it: a container's root often may not. */
function tryToFence(): boolean {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false;
  const name = `mt-${randomBytes(4).toString('hex')}`;
  const done = (program: string, ...words: readonly string[]) => spawnSync(program, words).status === 0;
  try {
    return done('ip', 'netns', 'add', name) && done('nsenter', `--net=/run/netns/${name}`, 'true');
  } finally {
    done('ip', 'netns', 'del', name);
  }
}
