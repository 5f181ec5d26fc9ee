import { DescribeInstancesCommand, StopInstancesCommand } from '@aws-sdk/client-ec2';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Entry } from '../../drills/journal.ts';
import type { DrillRecord } from '../../drills/record.ts';
import { labClient, PERSON_AT_THE_LAB } from '../../lab/aws/account.ts';
import { planExample, putExample } from '../../lab/exampleDrill.ts';
import { ownRoot } from '../../lab/machines/ownRoot.ts';
import type { Stand } from '../../lab/stand.ts';
import { approved, begin, evidenceOf, REQUESTER, seen } from '../e2e/support/drills.ts';
import { startQuickStand } from '../e2e/support/quickStand.ts';
import { personAt, type Received } from './support/person.ts';

/** Nothing of the vendor answers any more: its machines are off and its API is gone. */
async function vendorIsGone(stand: Stand): Promise<void> {
  const client = labClient(String(stand.clouds.aws?.site.endpoint), 'eu-west-1', PERSON_AT_THE_LAB);
  try {
    const { Reservations = [] } = await client.send(new DescribeInstancesCommand({}));
    const InstanceIds = Reservations.flatMap(({ Instances = [] }) => Instances).flatMap(({ InstanceId, State }) =>
      InstanceId !== undefined && State?.Name === 'running' ? [InstanceId] : [],
    );
    await personAt(stand, 'aws').plant({ times: 'always', how: { kind: 'cut' } });
    await client.send(new StopInstancesCommand({ InstanceIds, Force: true, SkipOsShutdown: true }));
  } finally {
    client.destroy();
  }
}

describe.skipIf((await ownRoot()) === undefined)('a drill whose source vendor is gone entirely before anything was ordered', () => {
  let stand: Stand;
  let record: DrillRecord;
  let journal: readonly Entry[];
  let calls: readonly Received[];
  let inventories: readonly [before: unknown, after: unknown];

  beforeAll(async () => {
    stand = await startQuickStand({ pair: { from: 'aws', to: 'onprem-fra' } });
    const person = personAt(stand, 'aws');
    const plan = await planExample(stand, 'unplanned', REQUESTER);
    await putExample(stand, plan);
    const before = await person.inventory();
    const handle = await begin(stand, plan);
    await approved(handle, async () => {
      await vendorIsGone(stand);
      await person.forgetCalls();
    });
    await seen(handle, ({ recoveredAt }) => recoveredAt !== undefined);
    calls = await person.calls();
    await person.clear();
    ({ record, journal } = await evidenceOf(await handle.result()));
    inventories = [before, await person.inventory()];
  }, 180_000);
  afterAll(() => stand?.stop());

  it('passes, with its lease as the witness that it cannot write', () => {
    expect(record.verdict).toMatchObject({ outcome: 'passed' });
    expect(journal.flatMap((entry) => (entry.type === 'fenced' ? [entry.witness] : []))).toContainEqual('lease expired');
    expect(journal.flatMap((entry) => (entry.type === 'finding' ? [entry.text] : []))).toContainEqual(expect.stringContaining('aws does not answer'));
  });

  it('asks it once at most from its end until the service is back', () => {
    expect(calls.length).toBeLessThanOrEqual(1);
  });

  it('counts from when clients first felt it, and not from when somebody noticed', () => {
    const noticed = journal.find((entry) => entry.type === 'clock' && entry.point === 't0')?.at ?? '';
    expect(Date.parse(record.clock.t0 ?? '')).toBeLessThanOrEqual(Date.parse(noticed));
  });

  it('goes home once the vendor is there again, and leaves the account as it was', () => {
    expect(journal.flatMap((entry) => (entry.type === 'failback' ? [entry.ok] : []))).toEqual([true]);
    expect(record.resources).toMatchObject({ leftovers: [], retained: [] });
    expect(inventories[1]).toEqual(inventories[0]);
  });
});
