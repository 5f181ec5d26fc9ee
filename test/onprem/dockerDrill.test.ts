import { type AddressInfo, connect, createServer } from 'node:net';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { planExample, putExample } from '../../lab/exampleDrill.ts';
import type { Stand } from '../../lab/stand.ts';
import { drillToEnd, evidenceOf } from '../e2e/support/drills.ts';
import { startQuickStand } from '../e2e/support/quickStand.ts';
import { becomes } from './dockerHarness.ts';
import { type PodmanLab, startPodmanLab } from './podmanLab.ts';
import { podmanIsMissing } from './setup/podman.ts';

const missing = podmanIsMissing();
if (missing !== undefined) console.warn(missing);
const ORDERS = 'localhost/orders:1';

describe.skipIf(missing !== undefined)('a drill from one Podman to another', { timeout: 240_000, concurrent: false }, () => {
  let lab: PodmanLab;
  let stand: Stand;
  let storePort = 0;
  /** The store stands on neutral ground: this machine and containers of both sites reach it at one address. */
  const ground = createServer((client) => {
    const store = connect(storePort, '127.0.0.1');
    client.pipe(store).pipe(client);
    client.on('error', () => store.destroy());
    store.on('error', () => client.destroy());
  });

  beforeAll(async () => {
    lab = await startPodmanLab({ [ORDERS]: { curl: '/usr/bin/curl', node: process.execPath } });
    ground.listen(0, lab.outside);
    await once(ground, 'listening');
    const { port } = ground.address() as AddressInfo;
    const site = ({ socket, network }: PodmanLab['a']) => ({
      provider: 'docker',
      host: `unix://${socket}`,
      network,
      location: 'this-machine',
      images: { orders: ORDERS },
    });
    stand = await startQuickStand({
      edits: {
        'muster.yaml': [
          [['sites', 'rack-a'], site(lab.a)],
          [['sites', 'rack-b'], site(lab.b)],
          [['stores', 'neutral', 'endpoint'], `http://${lab.outside}:${port}`],
        ],
        'workloads/orders.yaml': [[['components', 'db', 'data', 'orders', 'lease'], '6s']],
        'drills/orders-to-ams.yaml': [
          [['from'], 'rack-a'],
          [['to'], 'rack-b'],
        ],
      },
    });
    storePort = Number(new URL(stand.lab.storeUrl).port);
    await putExample(stand, await planExample(stand, 'unplanned'));
  }, 240_000);

  afterAll(async () => {
    await stand?.stop();
    ground.close();
    await lab?.stop();
  }, 60_000);

  it.for(['unplanned', 'planned'] as const)('recovers, comes home and leaves both as they were: %s', async (mode) => {
    const look = () => Promise.all([lab.a.inventory(), lab.b.inventory()]);
    const before = await look();
    const { record } = await evidenceOf(await drillToEnd(stand, await planExample(stand, mode)));
    const { rta, rpa, failback } = record.measures;
    console.log(JSON.stringify({ mode, verdict: record.verdict, rta, rpa, failback, findings: record.findings }));
    expect(record.verdict).toMatchObject({ outcome: 'passed' });
    expect(record.resources.leftovers).toEqual([]);
    expect(record.environment).toBe('emulated');
    expect(record.from).toMatchObject({ site: 'rack-a', provider: 'docker' });
    expect(record.measures.canary).toMatchObject(mode === 'planned' ? { lost: 0 } : {});
    await becomes(async () => JSON.stringify(await look()) === JSON.stringify(before));
    expect(await look()).toEqual(before);
  });
});
