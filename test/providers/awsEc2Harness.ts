import { RunInstancesCommand, type Tag, DescribeInstancesCommand, TerminateInstancesCommand } from '@aws-sdk/client-ec2';
import type { How } from '../../lab/faults.ts';
import { awsEc2Config, type AwsEc2Config } from '../../providers/aws-ec2/config.ts';
import { awsEc2Driver } from '../../providers/aws-ec2/index.ts';
import type { Driver } from '../../providers/driver.ts';
import { Provider } from '../../providers/provider.ts';
import { type ResourceId, STANDING, type WorkloadSpec } from '../../providers/spec.ts';
import { hex16 } from '../conformance/bench.ts';
import { type Harness, SMALLEST } from '../conformance/index.ts';
import type { AwsLab } from './awsEc2Lab.ts';
import { type AwsMachines, becomes, RUNS } from './awsEc2Machines.ts';

const SECRET = 'hunter2';
const KEY = 'lab-secret-access-key';

export function awsConfig({ account, url }: AwsLab, change: Partial<AwsEc2Config> = {}): AwsEc2Config {
  return awsEc2Config.parse({
    provider: 'aws-ec2',
    region: account.region,
    endpoint: url,
    subnets: account.subnets,
    securityGroups: [account.open],
    fence: account.closed,
    families: ['t3'],
    images: { orders: account.image },
    credentials: { read: 'env:READ', write: 'env:WRITE' },
    requestsPerSecond: 10_000,
    ...change,
  });
}

export function awsDriver(lab: AwsLab, installation: string, change: Partial<AwsEc2Config> = {}): Driver {
  return awsEc2Driver({
    site: 'aws',
    config: awsConfig(lab, change),
    installation,
    secret: async (reference) => `${reference.slice('env:'.length)}:${KEY}`,
    pageSize: 5,
  });
}

export function awsSpec({ account }: AwsLab, change: Partial<WorkloadSpec> = {}): WorkloadSpec {
  return {
    ...SMALLEST.workload,
    image: account.image,
    replicas: 2,
    ports: { http: 7001, metrics: 9000 },
    env: { LISTEN: '${self.listen.http}' },
    secrets: { TOKEN: SECRET },
    data: { orders: { sizeBytes: 2 ** 30, recovery: `https://store.invalid/?signature=${SECRET}` } },
    ...change,
  };
}

export async function awsHarness(lab: AwsLab, machines: AwsMachines): Promise<Harness> {
  const { faults, client, account } = lab;
  const installation = `conformance-${hex16()}`;
  const drivers: Driver[] = [];
  const driver = (): Driver => {
    // One call a batch; that batches are spread is another test's to say.
    const made = awsDriver(lab, installation, { subnets: account.subnets.slice(0, 1) });
    drivers.push(made);
    return made;
  };
  const one = awsSpec(lab);
  const planted: string[] = [];
  const plant = async (...tags: Tag[]): Promise<string> => {
    const { Instances: [instance] = [] } = await client.send(
      new RunInstancesCommand({
        ImageId: account.image,
        InstanceType: 't3.nano',
        MinCount: 1,
        MaxCount: 1,
        SubnetId: account.subnets[0],
        TagSpecifications: [{ ResourceType: 'instance', Tags: tags }],
      }),
    );
    planted.push(instance?.InstanceId ?? '');
    return instance?.InstanceId ?? '';
  };
  const answers =
    (how: How): Harness['provoke']['Throttled'] =>
    ({ id, signal }) => {
      const mine = id('workload');
      // Only this one's requests meet it, in whatever subnet.
      faults.plant({ call: 'RunInstances', where: asked(mine), times: 'always', how });
      return new Provider(driver()).ensure('workload', mine, one, one, signal);
    };

  return {
    driver,
    specs: { workload: { one, other: { ...one, boot: ['false'] } } },
    mark: (run = hex16()) => ({ installation, run, expires: '2099-01-01T00:00:00.000Z' }),
    loseNextReply() {
      const lossy = driver();
      const workload = lossy.owned.workload;
      if (!workload) throw new Error('it has no workload');
      return {
        ...lossy,
        owned: {
          workload: {
            ...workload,
            ensure(id, ...call) {
              faults.plant({
                call: 'RunInstances',
                where: asked(id),
                how: { kind: 'lostReply' },
              });
              return workload.ensure(id, ...call);
            },
          },
        },
      };
    },
    weak() {
      for (const call of ['RunInstances', 'StopInstances']) faults.plant({ call, where: { accessKeyId: 'WEAK' }, times: 'always', how: { kind: 'denied' } });
      return awsDriver(lab, installation, { credentials: { read: 'env:READ', write: 'env:WEAK' } });
    },
    provoke: {
      Throttled: answers({ kind: 'throttle' }),
      Unavailable: answers({ kind: 'cut' }),
      Capacity: answers({ kind: 'capacity' }),
      Quota: answers({ kind: 'quota' }),
      Denied: answers({ kind: 'denied' }),
      Unknown: answers({ kind: 'refuse', status: 418, code: 'NeverSeenBefore' }),
      NotFound({ id, signal }) {
        const wanted = { ...one, image: 'ami-0123456789abcdef0' };
        return new Provider(driver()).ensure('workload', id('workload'), wanted, wanted, signal);
      },
      async Conflict({ id, signal }) {
        const [thing, provider] = [id('workload'), new Provider(driver())];
        await provider.ensure('workload', thing, one, one, signal);
        return provider.ensure('workload', thing, one, { other: true }, signal);
      },
      Invalid({ id, signal }) {
        const wanted = { ...one, env: { LONG: SECRET.repeat(3000) } };
        return new Provider(driver()).ensure('workload', id('workload'), wanted, wanted, signal);
      },
      Unsupported({ id, signal }) {
        const wanted: WorkloadSpec = { ...one, network: { fence: id('workload') } };
        return new Provider(driver()).ensure('workload', id('workload'), wanted, wanted, signal);
      },
    },
    async plantForeign(_, id) {
      const theirs = { ...id, owner: { ...id.owner, installation: 'somebody-else' } };
      const theirDriver = awsDriver(lab, 'somebody-else', { subnets: account.subnets.slice(0, 1) });
      const provider = new Provider(theirDriver);
      await provider.ensure('workload', theirs, one, one, AbortSignal.timeout(10_000));
      const unmarked = await plant({ Key: 'Name', Value: `${id.role} ${id.generation}` });
      return {
        holdsName: false,
        async survives() {
          const { Reservations } = await client.send(new DescribeInstancesCommand({ InstanceIds: [unmarked] }));
          const seen = await provider.observe('workload', theirs, AbortSignal.timeout(10_000));
          return Reservations?.[0]?.Instances?.[0]?.State?.Name === 'running' && seen?.phase === 'ready';
        },
      };
    },
    many: 8,
    async standing() {
      const owner = { installation, run: STANDING, expires: 'never' };
      const ref: ResourceId = { owner, role: 'orders/db', generation: 1 };
      const provider = new Provider(driver());
      const signal = AbortSignal.timeout(30_000);
      const serving =
        'const { createServer } = require("node:http"); createServer((_, answer) => answer.end("here")).listen(7001, process.env.LISTEN.split(":")[0])';
      const spec = { ...one, replicas: 1, boot: ['node', '-e', serving], env: { ...one.env, ...RUNS } };
      await provider.ensure('workload', ref, spec, spec, signal);
      const serves = async (): Promise<boolean> => {
        const [at] = (await provider.readPower({ id: ref }, AbortSignal.timeout(10_000))).endpoints['http'] ?? [];
        return fetch(`http://${at?.host}:${at?.port}/`).then(
          ({ ok }) => ok,
          () => false,
        );
      };
      // A machine whose first boot is cut short never boots again.
      if (!(await becomes(serves))) throw new Error(`it does not serve: ${machines.console()}`);
      await plant({ Key: 'role', Value: 'orders/db*' });
      const files = { orders: await machines.put('orders of another site') };
      return {
        ref: { id: ref },
        bystander: { selector: 'tag:role=orders/db*' },
        absent: { selector: 'tag:role=orders/none' },
        restore: {
          files,
          restored: () => becomes(() => machines.data('orders').every(({ point }) => point === 'orders of another site')),
          kept: () => becomes(() => machines.data('orders').every(({ kept }) => kept > 0)),
          async serves() {
            await becomes(() => machines.console().includes('another sha256 than announced'));
            return serves();
          },
        },
      };
    },
    readyWithinMs: 10_000,
    pollMs: 50,
    secrets: [SECRET, KEY],
    async close() {
      if (planted.length > 0) await client.send(new TerminateInstancesCommand({ InstanceIds: planted }));
      await Promise.all(drivers.map((each) => each.close()));
    },
  };
}

/** What a request to start this carries. */
function asked({ owner, role }: ResourceId): Record<string, string> {
  return { 'TagSpecification.1.Tag.3.Value': owner.run, 'TagSpecification.1.Tag.4.Value': role };
}
