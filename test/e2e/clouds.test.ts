import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Entry } from '../../drills/journal.ts';
import type { DrillRecord } from '../../drills/record.ts';
import { planExample, putExample } from '../../lab/exampleDrill.ts';
import { ownRoot } from '../../lab/machines/ownRoot.ts';
import type { Stand } from '../../lab/stand.ts';
import { drillToEnd, evidenceOf, REQUESTER } from './support/drills.ts';
import { startQuickStand } from './support/quickStand.ts';

const received = z.array(z.object({ call: z.string(), at: z.number() }));

describe.skipIf((await ownRoot()) === undefined)('a service that is lost at a cloud, serves elsewhere and goes home', () => {
  let stand: Stand;
  let record: DrillRecord;
  let journal: readonly Entry[];
  let calls: z.infer<typeof received>;
  let inventories: readonly [before: unknown, after: unknown];
  const admin = async (path: string): Promise<unknown> => (await fetch(`${stand.clouds.aws?.admin}${path}`)).json();
  const orders = async (): Promise<string> => (await fetch(`${stand.lab.routeUrl}/orders?tenant=test`)).text();

  beforeAll(async () => {
    stand = await startQuickStand({ pair: { from: 'aws', to: 'onprem-fra' } });
    const plan = await planExample(stand, 'unplanned', REQUESTER);
    await putExample(stand, plan);
    const order = { id: 'before', tenant: 'test', hash: 'h' };
    await fetch(`${stand.lab.routeUrl}/orders`, { method: 'POST', body: JSON.stringify(order) });
    await sleep(1500);
    const before = await admin('/inventory');
    const ended = await drillToEnd(stand, plan);
    inventories = [before, await admin('/inventory')];
    calls = received.parse(await admin('/calls'));
    ({ record, journal } = await evidenceOf(ended));
  }, 180_000);
  afterAll(() => stand?.stop());

  it('passes, with nothing left over, and says that it was emulated', () => {
    expect(record.verdict).toMatchObject({ outcome: 'passed' });
    expect(record).toMatchObject({ environment: 'emulated', from: { provider: 'aws-ec2' }, to: { provider: 'local' } });
    expect(record.resources).toMatchObject({ leftovers: [], retained: [] });
  });

  it('asks nothing of the cloud that is lost, from its fence until the service is back', () => {
    const fenced = Date.parse(journal.find((entry) => entry.type === 'step' && entry.uses === 'fence')?.at ?? '');
    const back = Date.parse(record.clock.t7 ?? '');
    expect(back - fenced).toBeGreaterThan(0);
    expect(calls.filter(({ at }) => at > fenced && at < back)).toEqual([]);
    expect(calls.filter(({ at }) => at > back).map(({ call }) => call)).toContain('StartInstances');
  });

  it('goes home with what was written meanwhile, and with what was there before', async () => {
    const reading = journal.flatMap((entry) => (entry.type === 'canary-read' && entry.way === 'back' ? [entry.reading] : []));
    expect(reading).toMatchObject([{ site: 'aws', lost: 0 }]);
    expect(reading[0]?.acknowledged).toBeGreaterThan(0);
    expect(await orders()).toContain('"id":"before"');
  });

  it('leaves the account as it was', () => {
    const [before, after] = inventories;
    expect(before).toMatchObject({ instances: [expect.stringContaining('running'), expect.stringContaining('running')] });
    expect(after).toEqual(before);
  });
});
