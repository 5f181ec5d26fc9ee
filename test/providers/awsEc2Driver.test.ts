import { readFileSync } from 'node:fs';
import {
  DescribeInstanceAttributeCommand,
  DescribeInstancesCommand,
  DescribeVolumesCommand,
  type EC2Client,
  type Instance,
  RunInstancesCommand,
  StartInstancesCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { AwsEc2Config } from '../../providers/aws-ec2/config.ts';
import { RESTORE_ORDERS } from '../../providers/aws-ec2/restore.ts';
import { Provider } from '../../providers/provider.ts';
import type { Fetchable, PowerRef, PowerTarget, ResourceId, WorkloadSpec } from '../../providers/spec.ts';
import { userData } from '../../providers/userData.ts';
import { hex16 } from '../conformance/bench.ts';
import { rejection } from '../conformance/expect.ts';
import { awsDriver, awsSpec } from './awsEc2Harness.ts';
import { type AwsLab, startAwsLab } from './awsEc2Lab.ts';

let lab: AwsLab;
let client: EC2Client;
const installation = `peculiar-${hex16()}`;
const signal = AbortSignal.timeout(600_000);
const id = (role = `orders/${hex16()}`): ResourceId => ({ owner: { installation, run: hex16(), expires: 'never' }, role, generation: 1 });
const provider = (change: Partial<AwsEc2Config> = {}): Provider => new Provider(awsDriver(lab, installation, change));
const ensure = (as: ResourceId, change: Partial<WorkloadSpec> = {}, config: Partial<AwsEc2Config> = {}) => {
  const spec = awsSpec(lab, change);
  return provider(config).ensure('workload', as, spec, spec, signal);
};
const standing = async ({ owner }: ResourceId): Promise<Instance[]> => {
  const { Reservations = [] } = await client.send(new DescribeInstancesCommand({ Filters: [{ Name: 'tag:muster:run', Values: [owner.run] }] }));
  return Reservations.flatMap(({ Instances = [] }) => Instances).filter(({ State }) => State?.Name !== 'terminated');
};

beforeAll(async () => {
  lab = await startAwsLab();
  client = lab.client;
  await provider().inspect(signal);
});
afterEach(() => lab.faults.clear());
afterAll(() => lab.stop());

describe('a batch of EC2 instances', () => {
  it('is spread over the subnets, one call for each, and marked with its volumes from the first moment', async () => {
    const wanted = id();
    lab.calls.splice(0);
    await ensure(wanted, { replicas: 5 });
    expect(lab.calls.filter(({ call }) => call === 'RunInstances')).toHaveLength(2);
    expect(lab.calls.map(({ call }) => call)).not.toContain('CreateTags');
    const made = await standing(wanted);
    expect(made.map(({ SubnetId = '' }) => SubnetId).toSorted()).toEqual(
      [lab.account.subnets[0], lab.account.subnets[0], lab.account.subnets[0], ...lab.account.subnets.slice(1), ...lab.account.subnets.slice(1)].toSorted(),
    );
    const { Volumes = [] } = await client.send(new DescribeVolumesCommand({ Filters: [{ Name: 'tag:muster:run', Values: [wanted.owner.run] }] }));
    expect(Volumes.map(({ Size }) => Size)).toEqual([16, 16, 16, 16, 16]);
    for (const { Tags } of [...made, ...Volumes])
      expect(Object.fromEntries((Tags ?? []).map(({ Key, Value }) => [Key, Value]))).toMatchObject({
        'muster:installation': installation,
        'muster:run': wanted.owner.run,
        'muster:role': wanted.role,
        'muster:generation': '1',
        'muster:expires': 'never',
        'muster:digest': expect.stringMatching(/^[0-9a-f]{64}$/),
      });
  });

  it('gives the API the boot script, byte for byte', async () => {
    const wanted = id();
    await ensure(wanted, { replicas: 1, env: { QUOTE: `it's "√"\n` } });
    const [made] = await standing(wanted);
    const { UserData } = await client.send(new DescribeInstanceAttributeCommand({ InstanceId: made?.InstanceId, Attribute: 'userData' }));
    const script = userData(awsSpec(lab, { replicas: 1, env: { QUOTE: `it's "√"\n` } }), { site: 'aws', restoreOrders: RESTORE_ORDERS });
    expect(Buffer.from(UserData?.Value ?? '', 'base64').toString('utf8')).toBe(script);
  });

  it('does not cost more calls with more replicas', async () => {
    const wanted = id();
    lab.calls.splice(0);
    await ensure(wanted, { replicas: 30 });
    await provider().observe('workload', wanted, signal);
    expect(lab.calls.length).toBeLessThanOrEqual(12);
    expect((await standing(wanted)).length).toBe(30);
    await provider().remove('workload', wanted, signal);
    expect(lab.calls.filter(({ call }) => call === 'TerminateInstances')).toHaveLength(1);
  });

  it('goes to the next zone where one has no room, and says Capacity where none has', async () => {
    const [first = '', second = ''] = lab.account.subnets;
    const wanted = id();
    lab.faults.plant({ call: 'RunInstances', where: { SubnetId: first }, how: { kind: 'capacity' } });
    await ensure(wanted, { replicas: 2 });
    expect((await standing(wanted)).map(({ SubnetId }) => SubnetId)).toEqual([second, second]);
    expect(await provider().observe('workload', wanted, signal)).toMatchObject({
      phase: 'ready',
      notes: ['t3.nano in eu-west-1b: there was no room in 1 of 2 zones that were tried before'],
    });
    lab.faults.plant({ call: 'RunInstances', times: 'always', how: { kind: 'capacity' } });
    expect(await rejection(ensure(id(), { replicas: 2 }))).toMatchObject({ code: 'Capacity', advice: 'elsewhere' });
  });

  it('has the next size where no zone has room for the nearest, says so, and is not started twice for that', async () => {
    const wanted = id();
    lab.faults.plant({ call: 'RunInstances', where: { InstanceType: 't3.nano' }, times: 'always', how: { kind: 'capacity' } });
    for (const _ of [1, 2]) await ensure(wanted, { replicas: 1 });
    expect((await standing(wanted)).map(({ InstanceType }) => InstanceType)).toEqual(['t3.micro']);
    expect(await provider().observe('workload', wanted, signal)).toMatchObject({
      notes: ['t3.micro in eu-west-1a: there was no room for the nearest size in any of 2 zones'],
    });
    // Whoever names a size gets that one or none.
    expect(await rejection(ensure(id(), { replicas: 1, size: { cpu: 1, memoryBytes: 1, arch: [], native: 't3.nano' } }))).toMatchObject({ code: 'Capacity' });
  });

  it('names the quota that is used up, in every subnet the same, and is not tried in another', async () => {
    lab.calls.splice(0);
    lab.faults.plant({ call: 'RunInstances', times: 'always', how: { kind: 'quota' } });
    expect(await rejection(ensure(id(), { replicas: 1 }))).toMatchObject({
      code: 'Quota',
      advice: 'elsewhere',
      message: expect.stringContaining('VcpuLimitExceeded: '),
    });
    expect(lab.calls.filter(({ call }) => call === 'RunInstances')).toHaveLength(1);
  });

  it('is completed when only a part of it was started', async () => {
    const [, second = ''] = lab.account.subnets;
    const wanted = id();
    lab.faults.plant({ call: 'RunInstances', where: { SubnetId: second }, how: { kind: 'throttle' } });
    expect(await rejection(ensure(wanted, { replicas: 3 }))).toMatchObject({ code: 'Throttled' });
    await expect.poll(async () => (await standing(wanted)).length).toBe(2);
    expect(await provider().observe('workload', wanted, signal)).toMatchObject({ phase: 'pending', detail: '2 of 3 instances are seen' });
    await ensure(wanted, { replicas: 3 });
    expect((await standing(wanted)).length).toBe(3);
  });

  it('reads as failed when somebody terminates one of its instances', async () => {
    const wanted = id();
    await ensure(wanted, { replicas: 2 });
    const [one] = await standing(wanted);
    await client.send(new TerminateInstancesCommand({ InstanceIds: [one?.InstanceId ?? ''] }));
    expect(await provider().observe('workload', wanted, signal)).toMatchObject({
      phase: 'failed',
      code: 'Unavailable',
      detail: expect.stringContaining('1 of 2'),
    });
  });

  it('is not started anew under a token that was used up', async () => {
    const wanted = id();
    await ensure(wanted, { replicas: 1 });
    await client.send(new TerminateInstancesCommand({ InstanceIds: (await standing(wanted)).map(({ InstanceId = '' }) => InstanceId) }));
    expect(await rejection(ensure(wanted, { replicas: 1 }))).toMatchObject({ code: 'Conflict', message: expect.stringContaining('next generation') });
  });

  it('is refused for removal when it carries only a part of our mark', async () => {
    const wanted = id();
    await ensure(wanted, { replicas: 1 });
    const [ours] = await standing(wanted);
    const hash = ours?.Tags?.find(({ Key }) => Key === 'muster:id');
    const Tags = [{ Key: 'muster:id', Value: hash?.Value ?? '' }];
    const look = {
      ImageId: lab.account.image,
      InstanceType: 't3.nano',
      MinCount: 1,
      MaxCount: 1,
      SubnetId: lab.account.subnets[0],
      TagSpecifications: [{ ResourceType: 'instance', Tags }],
    } as const;
    const { Instances: [alike] = [] } = await client.send(new RunInstancesCommand({ ...look, TagSpecifications: [...look.TagSpecifications] }));
    expect(await rejection(provider().remove('workload', wanted, signal))).toMatchObject({
      code: 'Denied',
      message: expect.stringContaining(alike?.InstanceId ?? 'none'),
    });
    expect((await standing(wanted)).length).toBe(1);
  });

  it('has the smallest type that fits, unless the site or the spec names one', async () => {
    const sizes: [Partial<WorkloadSpec>, Partial<AwsEc2Config>, string][] = [
      [{ size: { cpu: 0.5, memoryBytes: 2 ** 28, arch: ['amd64'] } }, {}, 't3.nano'],
      [{ size: { cpu: 4, memoryBytes: 2 ** 34, arch: [] } }, {}, 't3.xlarge'],
      [{}, { sizes: { 'conformance/one': 't3.large' } }, 't3.large'],
      [{ size: { cpu: 1, memoryBytes: 1, arch: [], native: 't3.medium' } }, { sizes: { 'conformance/one': 't3.large' } }, 't3.medium'],
    ];
    for (const [change, config, type] of sizes) {
      const wanted = id();
      await ensure(wanted, { replicas: 1, ...change }, config);
      expect((await standing(wanted)).map(({ InstanceType }) => InstanceType)).toEqual([type]);
    }
    expect(await rejection(ensure(id(), { size: { cpu: 1, memoryBytes: 1, arch: ['arm64'] } }))).toMatchObject({ code: 'Capacity' });
  });

  it('hands on how long EC2 wants to be left alone', async () => {
    lab.faults.plant({ call: 'RunInstances', times: 2, how: { kind: 'throttle', retryAfterSeconds: 7 } });
    expect(await rejection(ensure(id(), { replicas: 1 }))).toMatchObject({ code: 'Throttled', retryAfterMs: 7000 });
  });
});

describe('a restore at a start', () => {
  const file = (text: string) => ({ url: `https://store.invalid/${text}?x-amz-signature=s`, sha256: 'a'.repeat(64) });
  const scriptOf = async (instance: Instance | undefined): Promise<string> => {
    const { UserData } = await client.send(new DescribeInstanceAttributeCommand({ InstanceId: instance?.InstanceId, Attribute: 'userData' }));
    return Buffer.from(UserData?.Value ?? '', 'base64').toString('utf8');
  };
  const power = async (as: PowerRef, to: PowerTarget, restore?: Record<string, Fetchable>) =>
    provider().writePower(as, to, (await provider().readPower(as, signal)).version, signal, restore);

  it('is ordered behind the boot script, in the place of older orders, and taken back by a start without', async () => {
    const wanted = id();
    await ensure(wanted, { replicas: 1, env: { QUOTE: '√' } });
    const [made] = await standing(wanted);
    const script = await scriptOf(made);
    const ordered: string[] = [];
    for (const restore of [{ orders: file('first') }, { orders: file('second'), bills: file('third') }, undefined]) {
      await power({ id: wanted }, 'stopped');
      await power({ id: wanted }, 'running', restore);
      ordered.push((await scriptOf(made)).slice(script.length));
      expect(await scriptOf(made)).toBe(script + ordered.at(-1));
    }
    const line = (name: string, text: string): string => `# muster-restore ${name} ${'a'.repeat(64)} https://store.invalid/${text}?x-amz-signature=s\n`;
    expect(ordered).toEqual([line('orders', 'first'), line('bills', 'third') + line('orders', 'second'), '']);
  });

  it('is refused, and nothing is started, where nothing on the instance would read the order', async () => {
    const look = { ImageId: lab.account.image, InstanceType: 't3.nano', MinCount: 1, MaxCount: 1, SubnetId: lab.account.subnets[0] } as const;
    const { Instances: [own] = [] } = await client.send(new RunInstancesCommand(look));
    const wanted = id();
    await ensure(wanted, { replicas: 1, data: {} });
    for (const ref of [{ selector: own?.InstanceId ?? '' }, { id: wanted }]) {
      await provider().readPower(ref, signal);
      await power(ref, 'stopped');
      expect(await rejection(power(ref, 'running', { orders: file('first') }))).toMatchObject({ code: 'Unsupported' });
      expect(await provider().readPower(ref, signal)).toMatchObject({ power: 'stopped' });
    }
  });

  it('is refused for a file that would be no line of a script', async () => {
    const wanted = id();
    await ensure(wanted, { replicas: 1 });
    await provider().observe('workload', wanted, signal);
    await power({ id: wanted }, 'stopped');
    for (const bad of [
      { ...file('x'), url: 'https://store.invalid/\nrm -rf /' },
      { ...file('x'), sha256: 'none' },
    ])
      expect(await rejection(power({ id: wanted }, 'running', { orders: bad }))).toMatchObject({ code: 'Invalid' });
  });

  it('cuts without asking the operating system', async () => {
    const wanted = id();
    await ensure(wanted, { replicas: 1 });
    await provider().observe('workload', wanted, signal);
    lab.calls.splice(0);
    await power({ id: wanted }, 'cut');
    expect(lab.calls.find(({ call }) => call === 'StopInstances')?.fields).toMatchObject({ Force: 'true', SkipOsShutdown: 'true' });
  });
});

describe('a lost reply', () => {
  it('of any request that changes something is found again, and nothing is done twice', async () => {
    const wanted = id();
    const lose = (call: string): void => lab.faults.plant({ call, how: { kind: 'lostReply' } });
    const again = async (call: string, act: () => Promise<unknown>): Promise<void> => {
      lose(call);
      expect(await rejection(act())).toMatchObject({ code: 'Unavailable', advice: 'retry' });
      await act();
    };
    const power = async (to: PowerTarget, restore?: Record<string, Fetchable>): Promise<void> => {
      const { version } = await provider().readPower({ id: wanted }, signal);
      await provider().writePower({ id: wanted }, to, version, signal, restore);
    };
    const state = async () => (await provider().readPower({ id: wanted }, signal)).power;
    await again('RunInstances', () => ensure(wanted, { replicas: 1 }));
    const [made, ...more] = await standing(wanted);
    expect(more).toEqual([]);
    const groups = made?.SecurityGroups?.map(({ GroupId }) => GroupId);
    for (const call of ['CreateTags', 'ModifyInstanceAttribute']) {
      await again(call, () => power('isolated'));
      expect(await state()).toBe('isolated');
      lose('DeleteTags');
      await again('ModifyInstanceAttribute', () => power('running').catch((error: unknown) => (lab.faults.clear(), Promise.reject(error))));
      expect(await state()).toBe('running');
    }
    await power('isolated');
    await again('DeleteTags', () => power('running'));
    const [back] = await standing(wanted);
    expect(back?.SecurityGroups?.map(({ GroupId }) => GroupId)).toEqual(groups);
    expect(back?.Tags?.map(({ Key }) => Key)).not.toContain('muster:groups');
    lab.calls.splice(0);
    await again('StopInstances', () => power('cut'));
    expect(await state()).toBe('stopped');
    const restore = { orders: { url: 'https://store.invalid/orders?signature=s', sha256: 'a'.repeat(64) } };
    await again('ModifyInstanceAttribute', () => power('running', restore));
    expect(await state()).toBe('running');
    await power('stopped');
    await again('StartInstances', () => power('running'));
    expect(await state()).toBe('running');
    const times = (call: string): number => lab.calls.filter((each) => each.call === call).length;
    expect([times('StopInstances'), times('StartInstances')]).toEqual([2, 2]);
    await again('TerminateInstances', () => provider().remove('workload', wanted, signal));
    expect(times('TerminateInstances')).toBe(1);
    expect(await standing(wanted)).toEqual([]);
    const { Volumes = [] } = await client.send(new DescribeVolumesCommand({ Filters: [{ Name: 'tag:muster:run', Values: [wanted.owner.run] }] }));
    expect(Volumes).toEqual([]);
  });
});

describe('the policies in the documentation', () => {
  const policies = [...readFileSync(new URL('../../docs/providers/aws-ec2.md', import.meta.url), 'utf8').matchAll(/```json\n(.*?)```/gs)].map(([, json = '']) =>
    z
      .object({ Statement: z.array(z.object({ Action: z.array(z.string()) })) })
      .parse(JSON.parse(json))
      .Statement.flatMap(({ Action }) => Action),
  );

  it('allow each of both credentials what it really does, and no more', async () => {
    lab.calls.splice(0);
    const wanted = id();
    const fresh = provider({ families: ['m7i'], images: { orders: lab.account.image }, requestsPerSecond: 9_999 });
    await fresh.inspect(signal);
    await fresh.permitted(signal);
    await ensure(wanted);
    for (const to of ['isolated', 'running', 'stopped', 'running'] as const) {
      await fresh.observe('workload', wanted, signal);
      const { version } = await fresh.readPower({ id: wanted }, signal);
      await fresh.writePower({ id: wanted }, to, version, signal);
    }
    await fresh.list({ installation }, signal);
    await fresh.remove('workload', wanted, signal);
    const done = (key: string) => [...new Set(lab.calls.filter(({ fields }) => fields.accessKeyId === key).map(({ call }) => `ec2:${call}`))].toSorted();
    const [read = [], write = []] = policies.map((actions) => [...new Set(actions)].toSorted());
    expect(done('READ')).toEqual(read);
    expect(done('WRITE')).toEqual(write.filter((action) => action !== 'iam:PassRole'));
  });
});

describe('the lab before moto', () => {
  const request = (ClientToken: string, MaxCount = 1) =>
    new RunInstancesCommand({ ImageId: lab.account.image, InstanceType: 't3.nano', MinCount: 1, MaxCount, SubnetId: lab.account.subnets[0], ClientToken });

  it('starts once for a client token, says what became of it, and refuses other parameters', async () => {
    const token = hex16();
    const [one, two] = await Promise.all([client.send(request(token)), client.send(request(token))]);
    const InstanceIds = (one.Instances ?? []).map(({ InstanceId = '' }) => InstanceId);
    expect(two.Instances?.map(({ InstanceId }) => InstanceId)).toEqual(InstanceIds);
    await client.send(new TerminateInstancesCommand({ InstanceIds }));
    expect((await client.send(request(token))).Instances?.map(({ State }) => State?.Name)).toEqual(['terminated']);
    expect(await rejection(client.send(request(token, 2)))).toMatchObject({ name: 'IdempotentParameterMismatch' });
    expect(await rejection(client.send(new StartInstancesCommand({ InstanceIds })))).toMatchObject({ name: 'IncorrectInstanceState' });
  });

  it('can lose a reply after the work is done, and be slow', async () => {
    const token = hex16();
    lab.faults.plant({ call: 'RunInstances', how: { kind: 'lostReply' } });
    expect(await rejection(client.send(request(token)))).toMatchObject({ code: 'ECONNRESET' });
    lab.faults.plant({ call: 'RunInstances', how: { kind: 'slow', ms: 300 } });
    const before = performance.now();
    const again = await client.send(request(token));
    expect(performance.now() - before).toBeGreaterThanOrEqual(299);
    expect(again.Instances).toHaveLength(1);
  });
});
