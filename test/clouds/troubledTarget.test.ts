import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { all, type Entry } from '../../drills/journal.ts';
import type { Plan } from '../../drills/plan.ts';
import type { DrillRecord } from '../../drills/record.ts';
import { planExample, putExample } from '../../lab/exampleDrill.ts';
import { ownRoot } from '../../lab/machines/ownRoot.ts';
import { editYaml } from '../../lab/ordersProject.ts';
import type { Stand } from '../../lab/stand.ts';
import { openSdk } from '../../providers/gcp-compute/sdk.ts';
import type { RunStatus } from '../../workflows/messages.ts';
import { approved, begin, type DrillHandle, evidenceOf, REQUESTER, seen } from '../e2e/support/drills.ts';
import { startQuickStand } from '../e2e/support/quickStand.ts';
import { type PersonAtTheLab, personAt, type Received } from './support/person.ts';

const START = 'compute.instances.bulkInsert';
const CHANGING = /\.(bulkInsert|insert|delete|start|stop|set[A-Z]\w*)$/;
const OPEN = 1_000;

interface Drilled {
  readonly record: DrillRecord;
  readonly journal: readonly Entry[];
  readonly findings: readonly string[];
  readonly seconds: number;
}

const runs =
  (step: string) =>
  ({ steps }: RunStatus): boolean =>
    steps.some(({ name, state }) => name === step && state === 'running');

describe.skipIf((await ownRoot()) === undefined)('a drill whose target', () => {
  let stand: Stand;
  let person: PersonAtTheLab;
  let empty: unknown;

  beforeAll(async () => {
    stand = await startQuickStand({ pair: { from: 'onprem-fra', to: 'gcp' }, edits: { 'drills/orders-onprem-fra-to-gcp.yaml': [[['patience'], '1s']] } });
    person = personAt(stand, 'gcp');
    await putExample(stand, await planExample(stand, 'unplanned', REQUESTER));
    empty = await person.inventory();
  }, 120_000);
  afterEach(() => person.clear());
  afterAll(() => stand?.stop());

  /** One drill, with what happens to it before it is approved, and while it runs. */
  async function drilled(
    change: (plan: Plan) => Plan,
    { before = async () => undefined, meanwhile = async () => undefined }: { before?(): Promise<void>; meanwhile?(handle: DrillHandle): Promise<void> } = {},
  ): Promise<Drilled> {
    const handle = await begin(stand, change(await planExample(stand, 'unplanned', REQUESTER)));
    await approved(handle, before);
    const began = performance.now();
    await meanwhile(handle);
    const { record, journal } = await evidenceOf(await handle.result());
    return { record, journal, findings: all(journal, 'finding').map(({ text }) => text), seconds: (performance.now() - began) / 1000 };
  }

  /** Machines end a little after the API has let go of them. */
  async function leftNothing({ record }: Drilled): Promise<void> {
    expect(record.resources).toMatchObject({ leftovers: [], retained: [] });
    await expect.poll(() => person.inventory(), { timeout: 10_000, interval: 200 }).toEqual(empty);
  }

  const asIs = (plan: Plan): Plan => plan;
  const patientFor =
    (seconds: number) =>
    (plan: Plan): Plan => ({
      ...plan,
      components: plan.components.map((each) => ({ ...each, ...(each.health && { health: { ...each.health, withinSeconds: seconds } }) })),
      steps: plan.steps.map((each) => (each.uses === 'start' ? { ...each, withinSeconds: seconds } : each)),
    });

  it('has no room in any zone for the nearest size goes on as the next one, and says so', async () => {
    const drill = await drilled(asIs, {
      before: () => person.plant({ call: START, where: { 'instanceProperties.machineType': 'e2-micro' }, times: 'always', how: { kind: 'capacity' } }),
    });
    expect(drill.record.verdict).toMatchObject({ outcome: 'passed' });
    expect(drill.findings).toContainEqual(
      expect.stringMatching(/^db at gcp is e2-[a-z]+(-\d)? in \S+: there was no room for the nearest size in any of 3 zones/),
    );
    await leftNothing(drill);
  });

  it('has no room in the first zone goes on in the next one, and says so', async () => {
    const [zone = ''] = z.array(z.string()).parse(stand.clouds.gcp?.site.zones);
    const drill = await drilled(asIs, { before: () => person.plant({ call: START, zone, times: 'always', how: { kind: 'capacity' } }) });
    expect(drill.record.verdict).toMatchObject({ outcome: 'passed' });
    expect(drill.findings).toContainEqual(expect.stringMatching(/^db at gcp is e2-micro in \S+-b: there was no room in 1 of 3 zones that were tried before$/));
    await leftNothing(drill);
  });

  it.each([
    { kind: 'capacity', says: /^there is no capacity for db at gcp: .*does not have enough resources/i },
    { kind: 'quota', says: /^there is no quota for db at gcp: .*Quota 'CPUS' exceeded/ },
  ] as const)('has no $kind at all fails soon, clearly, and brings everything home', async ({ kind, says }) => {
    const drill = await drilled(asIs, { before: () => person.plant({ call: START, times: 'always', how: { kind } }) });
    expect(drill.record.verdict).toMatchObject({ outcome: 'failed' });
    expect(drill.findings).toContainEqual(expect.stringMatching(says));
    expect(all(drill.journal, 'component')).toMatchObject([{ component: 'db', ready: false, code: kind === 'capacity' ? 'Capacity' : 'Quota' }]);
    expect(drill.seconds).toBeLessThan(60);
    await leftNothing(drill);
  });

  it('boots a machine that never becomes healthy has it replaced once, and goes on', async () => {
    const drill = await drilled(patientFor(20), { before: () => person.plant({ call: START, times: 1, how: { kind: 'bootFailure' } }) });
    expect(drill.findings).toContainEqual(expect.stringMatching(/^db was replaced: .*was not healthy within 20 s/));
    expect(drill.journal.flatMap((entry) => (entry.type === 'created' ? [`${entry.id.role} ${entry.id.generation}`] : []))).toEqual([
      'orders/db 2',
      'orders/api 1',
    ]);
    expect(drill.record.verdict).toMatchObject({ outcome: 'passed' });
    await leftNothing(drill);
  });

  it('boots no machine that becomes healthy fails after the second', async () => {
    const drill = await drilled(patientFor(4), { before: () => person.plant({ call: START, times: 'always', how: { kind: 'bootFailure' } }) });
    expect(drill.record.verdict).toMatchObject({
      outcome: 'failed',
      reasons: expect.arrayContaining([expect.stringContaining('required component db was not ready')]),
    });
    expect(drill.findings.filter((text) => text.includes('was replaced'))).toHaveLength(1);
    await leftNothing(drill);
  });

  it('vendor cannot be reached for 20 s in its middle waits, and goes on', async () => {
    const drill = await drilled(asIs, {
      async meanwhile(handle) {
        await seen(handle, runs('start db'));
        await person.plant({ times: 'always', forSeconds: 20, how: { kind: 'cut' } });
      },
    });
    expect(drill.record.verdict).toMatchObject({ outcome: 'passed' });
    expect(drill.record.measures.rta?.service).toBeGreaterThan(19);
    await leftNothing(drill);
  });

  it('loses an instance to an operator while it serves is seen and said, and comes home from its last recovery point', async () => {
    const drill = await drilled((plan) => ({ ...plan, deadlineSeconds: 25, objectives: { ...plan.objectives, holdSeconds: 6 } }), {
      async meanwhile(handle) {
        await seen(handle, runs('hold'));
        await sleep(OPEN);
        await deleteByHand('orders/db');
      },
    });
    expect(drill.record.verdict).toMatchObject({
      outcome: 'failed',
      reasons: expect.arrayContaining([expect.stringContaining('did not recover by the deadline')]),
    });
    expect(drill.findings).toContainEqual(expect.stringContaining('db is gone from gcp: somebody removed it'));
    // What it wrote after its last recovery point is lost, and said to be.
    expect(all(drill.journal, 'failback').map(({ detail }) => detail)).toEqual([
      expect.stringMatching(/^(onprem-fra serves again|\d+ canary markers were lost on the way back)$/),
    ]);
    expect((await fetch(`${stand.lab.routeUrl}/health`)).headers.get('x-site')).toBe('onprem-fra');
    await leftNothing(drill);
  });

  it('throttles every call for 30 s goes on, calls no storm down upon it, and is judged by its objectives', async () => {
    let calls: readonly Received[] = [];
    let from = 0;
    const drill = await drilled(asIs, {
      async meanwhile(handle) {
        await seen(handle, runs('start db'));
        await person.forgetCalls();
        from = Date.now();
        await person.plant({ times: 'always', forSeconds: 30, how: { kind: 'throttle', retryAfterSeconds: 2 } });
        await sleep(30_000);
        calls = await person.calls();
      },
    });
    const during = calls.filter(({ at }) => at > from && at < from + 30_000);
    expect(during.length).toBeGreaterThan(0);
    expect(during.length).toBeLessThanOrEqual(30);
    const { outcome, reasons } = drill.record.verdict;
    if (outcome !== 'passed') expect(reasons.join()).toMatch(/^recovered in |did not recover by the deadline/);
    await leftNothing(drill);
  });

  it('has write credentials that may only read ends before anything is touched', async () => {
    await editYaml(join(stand.lab.project, 'muster.yaml'), [[['sites', 'gcp', 'credentials', 'write'], 'env:LAB_GCP_READ']]);
    await stand.worker.stop();
    await stand.startWorker();
    await refused(async () => undefined, /^write access to gcp: .*Required 'compute\.instances\.\w+' permission .*\(Denied\)$/);
  });

  it('has credentials that have ended ends before anything is touched', async () => {
    await refused(() => person.plant({ times: 'always', how: { kind: 'expired' } }), /^site gcp: .*\(Denied\)$/);
  });

  async function refused(before: () => Promise<void>, says: RegExp): Promise<void> {
    const plan = await planExample(stand, 'unplanned', REQUESTER);
    await before();
    await person.forgetCalls();
    const { record, journal } = await evidenceOf(await (await begin(stand, plan)).result());
    const failed = all(journal, 'check').filter(({ ok }) => !ok);
    expect(failed.map(({ name, detail }) => `${name}: ${detail}`)).toContainEqual(expect.stringMatching(says));
    expect(record.verdict.outcome).not.toBe('passed');
    expect(journal.filter(({ type }) => type === 'created' || type === 'route')).toEqual([]);
    const changing = (await person.calls()).filter(({ call }) => CHANGING.test(call));
    // What is asked for in order to be refused names nothing that could be.
    expect(changing.filter(({ fields: { instance, ...others } }) => instance !== 'muster-may-it' && 'instanceProperties.machineType' in others)).toEqual([]);
    expect(await person.inventory()).toEqual(empty);
  }

  async function deleteByHand(role: string): Promise<void> {
    const { site, environment } = stand.clouds.gcp ?? {};
    const sdk = await openSdk({ from: 'file', path: environment?.LAB_GCP_WRITE ?? '' }, String(site?.endpoint));
    const project = String(site?.project);
    for (const zone of z.array(z.string()).parse(site?.zones)) {
      const [instances] = await sdk.instances.list({ project, zone });
      for (const { name = '', metadata } of instances)
        if (metadata?.items?.some(({ value }) => value?.includes(`"role":"${role}"`))) await sdk.instances.delete({ project, zone, instance: name ?? '' });
    }
  }
});
