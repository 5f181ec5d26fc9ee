import { mkdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Entry } from '../../drills/journal.ts';
import { markOf } from '../../drills/mark.ts';
import type { DrillRecord } from '../../drills/record.ts';
import type { Stand } from '../../lab/stand.ts';
import { abort } from '../../workflows/messages.ts';
import { differences, type Inventory, takeInventory } from '../crash/inventory.ts';
import { APPROVER, approved, asksForApproval, begin, evidenceOf, planned, putHome, seen } from './support/drills.ts';
import { type Gate, Gates, GATES_ENV } from './support/gated.ts';
import { type Ended, endMusters, muster } from './support/muster.ts';
import { plant, type Planted, plantLookAlikes } from './support/planted.ts';
import { startQuickStand } from './support/quickStand.ts';
import { settled } from './support/settled.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const WORKER = fileURLToPath(new URL('./support/gatedWorker.ts', import.meta.url));

/** The first activity of each phase: aborted while it stands at its entry, the run is at the phase's boundary. */
const BEFORE_CUTOVER = {
  preflight: { activity: 'preflight', nth: 1 },
  baseline: { activity: 'readRoute', nth: 1 },
  disrupt: { activity: 'readPower', nth: 1 },
  fence: { activity: 'witnessFence', nth: 1 },
  restore: { activity: 'latestRecoveryPoint', nth: 1 },
  start: { activity: 'ensureReady', nth: 1 },
  cutover: { activity: 'readRoute', nth: 2 },
} as const satisfies Record<string, Omit<Gate, 'run'>>;

const AFTER_CUTOVER = {
  verify: { activity: 'awaitClean', nth: 2 },
  // Two stop the source, the third stops the target.
  failback: { activity: 'setPower', nth: 3 },
  cleanup: { activity: 'remove', nth: 1 },
} as const satisfies Record<string, Omit<Gate, 'run'>>;

type Phase = keyof typeof BEFORE_CUTOVER | keyof typeof AFTER_CUTOVER;
const WHERE: Readonly<Record<Phase, Omit<Gate, 'run'>>> = { ...BEFORE_CUTOVER, ...AFTER_CUTOVER };
/** Clients are at the target at these boundaries. */
const AWAY: readonly Phase[] = ['verify', 'failback'];
/** Nothing of a site is cut short there any more: the abort is heard, the work goes on. */
const GOES_ON: readonly Phase[] = ['failback', 'cleanup'];

/** Each lane is a workload of its own; its drills come one after the other. Balanced by what they boot. */
const LANES: Readonly<Record<string, { readonly before: readonly Phase[]; readonly after: readonly Phase[] }>> = {
  orders: { before: ['preflight', 'fence'], after: ['failback'] },
  second: { before: ['baseline', 'start'], after: ['verify'] },
  third: { before: ['disrupt', 'restore'], after: ['cleanup'] },
  fourth: { before: ['cutover'], after: [] },
};

interface Aborted {
  readonly record: DrillRecord;
  readonly journal: readonly Entry[];
  readonly routeBefore: string;
  readonly routeAfter: string;
  /** Who answered clients right after the run, and whether the order is there that was placed at the target. */
  readonly servedBy: string;
  readonly orderIsThere?: boolean;
}

let stand: Stand;
let gates: Gates;
let before: Inventory;
let after: Inventory;
/** The forwarder's own file, before and after all aborts that come before cutover. */
let stateBefore: Buffer;
let stateAfter: Buffer;
const aborted = new Map<Phase, Aborted | Error>();

beforeAll(async () => {
  const folder = join(tmpdir(), `gates-${process.pid}`);
  mkdirSync(folder, { recursive: true });
  gates = new Gates(folder);
  stand = await startQuickStand({ copies: Object.keys(LANES).slice(1), workerScript: relative(ROOT, WORKER), workerEnv: { [GATES_ENV]: folder } });
  await putHome(stand, ...Object.keys(LANES));
  before = await takeInventory(stand);
  stateBefore = forwarderState();
  await inLanes(({ before: phases }) => phases);
  stateAfter = forwarderState();
  await inLanes(({ after: phases }) => phases);
  after = await settled(
    () => takeInventory(stand),
    (now) => differences(before, now, 3).length === 0,
  );
}, 240_000);

afterAll(async () => {
  await stand?.stop();
});

async function inLanes(pick: (lane: (typeof LANES)[string]) => readonly Phase[]): Promise<void> {
  await Promise.all(
    Object.entries(LANES).map(async ([workload, lane]) => {
      for (const phase of pick(lane)) aborted.set(phase, await abortAt(phase, workload).catch((error: unknown) => new Error(`at ${phase}`, { cause: error })));
    }),
  );
}

async function abortAt(phase: Phase, workload: string): Promise<Aborted> {
  const { adminUrl, routeUrl, copyUrls } = stand.lab;
  const url = copyUrls[workload] ?? routeUrl;
  const routeOf = async () => (await fetch(`${adminUrl}/routes/${workload}`)).text();
  const name = `${workload}-to-ams`;
  const routeBefore = await routeOf();
  gates.shut(phase, { run: `drill/${name}`, ...WHERE[phase] });
  const handle = await begin(stand, await planned(stand, 'planned', name));
  if (phase !== 'preflight' && phase !== 'baseline') await approved(handle);
  await gates.reached(phase);
  const id = `placed-at-${phase}`;
  if (AWAY.includes(phase)) await placeAt('onprem-ams', url, id);
  await handle.executeUpdate(abort, { args: [{ by: APPROVER, reason: `tried at ${phase}` }] });
  if (GOES_ON.includes(phase)) gates.open(phase);
  const { record, journal } = await evidenceOf(await handle.result());
  const answer = await fetch(`${url}/health`).catch(() => undefined);
  const { orders } = ((await (await fetch(`${url}/orders?tenant=test`).catch(() => undefined))?.json()) ?? { orders: [] }) as { orders: { id: string }[] };
  return {
    record,
    journal,
    routeBefore,
    routeAfter: await routeOf(),
    servedBy: answer ? `${answer.headers.get('x-site')} ${answer.status}` : 'nobody',
    ...(AWAY.includes(phase) ? { orderIsThere: orders.some((order) => order.id === id) } : {}),
  };
}

async function placeAt(site: string, url: string, id: string): Promise<void> {
  const answer = await fetch(`${url}/orders`, { method: 'POST', body: JSON.stringify({ id, tenant: 'test', hash: 'x' }) });
  if (answer.status !== 201 || answer.headers.get('x-site') !== site) throw new Error(`${id}: ${answer.status} by ${answer.headers.get('x-site')}`);
}

function forwarderState(): Buffer {
  return readFileSync(join(stand.folder, 'forwarder.json'));
}

function at(phase: Phase): Aborted {
  const found = aborted.get(phase);
  if (!found) throw new Error(`nothing was aborted at ${phase}`);
  if (found instanceof Error) throw found;
  return found;
}

const phasesOf = <P extends Phase>(table: Readonly<Record<P, unknown>>) => Object.keys(table) as P[];

describe.each([...phasesOf(BEFORE_CUTOVER), ...phasesOf(AFTER_CUTOVER)])('aborted at the boundary of %s', (phase) => {
  it('ends as aborted, by whom and why', () => {
    const { record } = at(phase);
    expect(record.verdict).toEqual({ outcome: 'aborted', reasons: [`aborted by ${APPROVER}: tried at ${phase}`] });
  });

  it('was in that phase and in none after it when it was aborted', () => {
    const { journal } = at(phase);
    const stopped = journal.findIndex((entry) => entry.type === 'stopped');
    const last = journal.slice(0, stopped).findLast((entry) => entry.type === 'phase');
    expect(last).toMatchObject({ phase });
  });

  it('serves from home again and leaves nothing', () => {
    const { record, servedBy } = at(phase);
    expect(servedBy).toBe('onprem-fra 200');
    expect(record.resources.leftovers).toEqual([]);
    expect(record.resources.retained).toEqual([]);
  });
});

describe('before cutover', () => {
  it.each(phasesOf(BEFORE_CUTOVER))('the route is byte for byte as it was, aborted at %s', (phase) => {
    const { routeBefore, routeAfter, journal } = at(phase);
    expect(routeAfter).toBe(routeBefore);
    expect(journal.filter((entry) => entry.type === 'route')).toEqual([]);
  });

  it("the forwarder's file is byte for byte as it was, all drills together", () => {
    expect(stateAfter.equals(stateBefore)).toBe(true);
  });
});

describe('after cutover', () => {
  it.each(AWAY)('aborted at %s, the service goes home with what was written at the target', (phase) => {
    const { orderIsThere, journal } = at(phase);
    expect(orderIsThere).toBe(true);
    expect(journal.filter((entry) => entry.type === 'failback').map(({ ok }) => ok)).toEqual([true]);
  });

  it.each(phasesOf(AFTER_CUTOVER))('aborted at %s, the route points where it pointed', (phase) => {
    const { routeBefore, routeAfter } = at(phase);
    const targets = (text: string) => (JSON.parse(text) as { targets: unknown }).targets;
    expect(targets(routeAfter)).toEqual(targets(routeBefore));
  });
});

it('leaves the machine and the store as they were: processes, ports, directories, keys, routes', () => {
  // A way home with data keeps what it replaced: one for each of the three drills that were away.
  expect(differences(before, after, 3)).toEqual([]);
});

describe('muster sweep', () => {
  const SITE = 'onprem-ams';
  const UNKNOWN = 'feedfacefeedface';
  const planted: Planted[] = [];
  let look: Ended;
  let swept: Ended;
  let things: Readonly<Record<'orphan' | 'ofOpenRun' | 'ofUnknownRun' | 'ofOthers' | 'lookAlikes', Planted>>;
  let there: Readonly<Record<'afterLook' | 'afterSweep', Readonly<Record<string, boolean>>>>;

  beforeAll(async () => {
    const closed = markOf(stand.client.options.namespace, at('start').record.run.workflowId);
    const open = await begin(stand, await planned(stand, 'planned', 'second-to-ams'));
    await seen(open, asksForApproval);
    const ours = 'orders-demo';
    const [orphan, ofOpenRun, ofUnknownRun, ofOthers] = await Promise.all([
      plant(stand, SITE, ours, closed),
      plant(stand, SITE, ours, markOf(stand.client.options.namespace, open.workflowId)),
      plant(stand, SITE, ours, UNKNOWN),
      plant(stand, SITE, 'someone-else', closed),
    ]);
    things = { orphan, ofOpenRun, ofUnknownRun, ofOthers, lookAlikes: plantLookAlikes(stand, SITE, ours, closed) };
    planted.push(...Object.values(things));
    const present = () => Object.fromEntries(Object.entries(things).map(([name, thing]) => [name, thing.isThere()]));
    look = await muster(stand, 'sweep', '--dry-run');
    const afterLook = present();
    swept = await muster(stand, 'sweep');
    there = { afterLook, afterSweep: present() };
    await open.executeUpdate(abort, { args: [{ by: APPROVER, reason: 'it was only there to be open' }] });
    await open.result();
  });

  afterAll(async () => {
    await endMusters();
    for (const each of planted) await each.remove();
  });

  it('with --dry-run finds the orphan and touches nothing', () => {
    expect(look.code).toBe(0);
    expect(look.stdout.match(/^onprem-ams: workload orders\/db .*: would remove$/gm)).toHaveLength(1);
    expect(Object.values(there.afterLook)).toEqual([true, true, true, true, true]);
  });

  it('removes the orphan of a closed run', () => {
    expect(swept.code).toBe(0);
    expect(swept.stdout.match(/: removed$/gm)).toHaveLength(1);
    expect(there.afterSweep).toMatchObject({ orphan: false });
  });

  it('leaves what is of an open or an unknown run, and says so', () => {
    expect(swept.stdout).toMatch(/^onprem-ams: workload orders\/db .*: left: its run is open$/m);
    expect(swept.stdout).toMatch(new RegExp(`^onprem-ams: workload orders/db .* of ${UNKNOWN}: left: its run is unknown$`, 'm'));
    expect(there.afterSweep).toMatchObject({ ofOpenRun: true, ofUnknownRun: true });
  });

  it('leaves what stands, what is of another installation, and what only looks like it', () => {
    expect(swept.stdout.match(/^onprem-fra: workload .*: left: standing$/gm)).toHaveLength(2 * Object.keys(LANES).length);
    expect(there.afterSweep).toMatchObject({ ofOthers: true, lookAlikes: true });
  });
});
