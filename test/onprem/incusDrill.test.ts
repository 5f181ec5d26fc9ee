import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { planExample, putExample } from '../../lab/exampleDrill.ts';
import type { Stand } from '../../lab/stand.ts';
import { becomes } from './incusHarness.ts';
import { type IncusLab, startIncusLab } from './incusLab.ts';
import { drillToEnd, evidenceOf } from '../e2e/support/drills.ts';
import { startQuickStand } from '../e2e/support/quickStand.ts';
import { incusIsMissing } from './setup/incus.ts';

const missing = incusIsMissing();
if (missing !== undefined) console.warn(missing);

describe.skipIf(missing !== undefined)('a drill from one Incus to another', { timeout: 240_000, concurrent: false }, () => {
  let lab: IncusLab;
  let stand: Stand;

  beforeAll(async () => {
    lab = await startIncusLab({ orders: { curl: '/usr/bin/curl', node: process.execPath } });
    const site = (socket: string) => ({ provider: 'incus', socket, location: 'this-machine', images: { orders: 'orders' } });
    stand = await startQuickStand({
      edits: {
        'muster.yaml': [
          [['sites', 'rack-a'], site(lab.a.socket)],
          [['sites', 'rack-b'], site(lab.b.socket)],
        ],
        'drills/orders-to-ams.yaml': [
          [['from'], 'rack-a'],
          [['to'], 'rack-b'],
        ],
      },
    });
    // The store stands on neutral ground: containers reach it as this machine does.
    const at = `tcp:127.0.0.1:${new URL(stand.lab.storeUrl).port}`;
    for (const each of [lab.a, lab.b]) await each.addDevice('store', { type: 'proxy', bind: 'instance', listen: at, connect: at });
    await putExample(stand, await planExample(stand, 'unplanned'));
  }, 240_000);

  afterAll(async () => {
    await stand?.stop();
    await lab?.stop();
  }, 60_000);

  it.for(['unplanned', 'planned'] as const)('recovers, comes home and leaves both as they were: %s', async (mode) => {
    const look = () => Promise.all([lab.a.inventory(), lab.b.inventory()]);
    const before = await look();
    const { record } = await evidenceOf(await drillToEnd(stand, await planExample(stand, mode)));
    console.log(
      JSON.stringify({ mode, verdict: record.verdict, measures: { ...record.measures, probes: [] }, findings: record.findings, steps: record.steps }),
    );
    expect(record.verdict).toMatchObject({ outcome: 'passed' });
    expect(record.resources.leftovers).toEqual([]);
    expect(record.environment).toBe('emulated');
    expect(record.from).toMatchObject({ site: 'rack-a', provider: 'incus' });
    expect(record.measures.canary).toMatchObject(mode === 'planned' ? { lost: 0 } : {});
    await becomes(async () => JSON.stringify(await look()) === JSON.stringify(before));
    expect(await look()).toEqual(before);
  });
});
