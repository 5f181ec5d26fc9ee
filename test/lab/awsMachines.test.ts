import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  DescribeInstanceAttributeCommand,
  DescribeInstancesCommand,
  type Instance,
  ModifyInstanceAttributeCommand,
  RunInstancesCommand,
  type RunInstancesCommandInput,
  StartInstancesCommand,
  StopInstancesCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { labClient } from '../../lab/aws/account.ts';
import { type RunningAws, startAws } from '../../lab/aws/aws.ts';
import { Machines } from '../../lab/machines/machines.ts';
import { ownRoot } from '../../lab/machines/ownRoot.ts';

/** A service that says what its machine's own metadata service says, and takes its time when it is asked to end. */
const SERVER = `
const { createServer } = require('node:http');
const base = process.env.AWS_EC2_METADATA_SERVICE_ENDPOINT;
const ask = async (path) => {
  const token = await (await fetch(base + '/latest/api/token', { method: 'PUT', headers: { 'x-aws-ec2-metadata-token-ttl-seconds': '60' } })).text();
  return (await fetch(base + path, { headers: { 'x-aws-ec2-metadata-token': token } })).text();
};
process.on('SIGTERM', () => {
  require('node:fs').appendFileSync('/var/lib/app/ended', 'asked to end\\n');
  setTimeout(() => process.exit(0), 1000);
});
createServer(async (request, response) => {
  if (request.url === '/bare') return response.end(String((await fetch(base + '/latest/user-data')).status));
  response.end(await ask(request.url));
}).listen(7001, process.env.LISTEN);
`;
const BOOT = `#!/bin/sh
set -eu
mkdir -p /var/lib/app
cat > /var/lib/app/server.js <<'END'${SERVER}END
echo '√ booted' >> /var/lib/app/boots
printf '[Service]\\nExecStart=node /var/lib/app/server.js\\n' > /etc/systemd/system/app.service
systemctl enable --now app
`;

describe.skipIf((await ownRoot()) === undefined)('instances of the AWS lab', () => {
  let aws: RunningAws;
  let machines: Machines;
  let folder: string;
  let client: ReturnType<typeof labClient>;
  const run = async (more: Partial<RunInstancesCommandInput> = {}): Promise<Instance> => {
    const { Instances: [made] = [] } = await client.send(
      new RunInstancesCommand({
        ImageId: aws.account.image,
        InstanceType: 't3.nano',
        MinCount: 1,
        MaxCount: 1,
        SubnetId: aws.account.subnets[0],
        UserData: Buffer.from(BOOT).toString('base64'),
        MetadataOptions: { HttpTokens: 'required' },
        ...more,
      }),
    );
    if (!made) throw new Error('nothing was started');
    return made;
  };
  const of = ({ InstanceId = '' }: Instance) => ({ InstanceIds: [InstanceId] });
  const state = async (instance: Instance): Promise<string | undefined> =>
    (await client.send(new DescribeInstancesCommand(of(instance)))).Reservations?.[0]?.Instances?.[0]?.State?.Name;
  const get = async ({ PrivateIpAddress }: Instance, path = '/latest/meta-data/instance-id'): Promise<string> =>
    fetch(`http://${PrivateIpAddress}:7001${path}`, { signal: AbortSignal.timeout(2000) }).then(
      (answer) => answer.text(),
      () => 'away',
    );
  const serves = (instance: Instance) => expect.poll(() => get(instance), { timeout: 20_000 }).toBe(instance.InstanceId);
  const wrote = ({ InstanceId = '' }: Instance, file: string): string => readFileSync(join(folder, InstanceId, 'disk/var/lib/app', file), 'utf8');

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'aws-'));
    machines = new Machines({ folder, bootSeconds: 0.1, image: { environment: { LISTEN: '{address}', MUSTER_TEST: process.env.MUSTER_TEST ?? '' } } });
    aws = await startAws({ machines });
    client = labClient(aws.url);
  });
  afterAll(async () => {
    client.destroy();
    await aws.stop();
    await machines.end();
    rmSync(folder, { recursive: true });
  });

  it('leave nothing in the account when they are terminated', async () => {
    const inventory = async (): Promise<unknown> => (await fetch(`${aws.admin}/inventory`)).json();
    const before = await inventory();
    const made = await run({ UserData: undefined });
    expect(await inventory()).not.toEqual(before);
    await client.send(new TerminateInstancesCommand(of(made)));
    await expect.poll(inventory).toEqual(before);
  });

  it('run the user-data that the API received at the address that it told, and know themselves by their metadata service', async () => {
    const made = await run();
    await serves(made);
    expect(await get(made, '/latest/user-data')).toBe(BOOT);
    expect(await get(made, '/latest/meta-data/local-ipv4')).toBe(made.PrivateIpAddress);
    expect(await get(made, '/latest/meta-data/placement/availability-zone')).toBe('eu-west-1a');
    expect(await get(made, '/bare')).toBe('401');
    await client.send(new TerminateInstancesCommand(of(made)));
    await expect.poll(() => get(made)).toBe('away');
    await expect.poll(() => state(made)).toBe('terminated');
  });

  it('are stopping for as long as their services end, then stopped, and serve again with another user-data that is not run', async () => {
    const made = await run();
    await serves(made);
    const before = performance.now();
    await client.send(new StopInstancesCommand(of(made)));
    expect(await state(made)).toBe('stopping');
    await expect.poll(() => state(made), { timeout: 10_000 }).toBe('stopped');
    expect(performance.now() - before).toBeGreaterThan(950);
    expect(await get(made)).toBe('away');

    const changed = '#!/bin/sh\n# √ other\nfalse\n';
    await client.send(new ModifyInstanceAttributeCommand({ InstanceId: made.InstanceId, UserData: { Value: Buffer.from(changed) } }));
    const { UserData } = await client.send(new DescribeInstanceAttributeCommand({ InstanceId: made.InstanceId, Attribute: 'userData' }));
    expect(Buffer.from(UserData?.Value ?? '', 'base64').toString('utf8')).toBe(changed);
    await client.send(new StartInstancesCommand(of(made)));
    await serves(made);
    expect(await get(made, '/latest/user-data')).toBe(changed);
    expect(wrote(made, 'boots')).toBe('√ booted\n');
    await expect(client.send(new ModifyInstanceAttributeCommand({ InstanceId: made.InstanceId, UserData: { Value: Buffer.from('x') } }))).rejects.toMatchObject(
      {
        name: 'IncorrectInstanceState',
      },
    );

    await client.send(new StopInstancesCommand({ ...of(made), Force: true, SkipOsShutdown: true }));
    await expect.poll(() => state(made)).toBe('stopped');
    expect(wrote(made, 'ended')).toBe('asked to end\n');
    await client.send(new TerminateInstancesCommand(of(made)));
  });

  it('can run without booting, be slow to start, and be refused a zone, as the person at the lab says', async () => {
    const plant = (fault: unknown) => fetch(`${aws.admin}/faults`, { method: 'POST', body: JSON.stringify(fault) });
    await plant({ call: 'RunInstances', how: { kind: 'bootFailure' } });
    const dead = await run();
    await plant({ call: 'RunInstances', how: { kind: 'slowOperation', ms: 1500 } });
    const slow = await run();
    expect(await state(slow)).toBe('pending');
    await expect.poll(() => state(slow), { timeout: 10_000 }).toBe('running');
    await serves(slow);
    expect(await state(dead)).toBe('running');
    expect(await get(dead)).toBe('away');
    await plant({ zone: 'eu-west-1b', times: 'always', how: { kind: 'capacity' } });
    await expect(run({ SubnetId: aws.account.subnets[1] ?? '' })).rejects.toMatchObject({ name: 'InsufficientInstanceCapacity' });
    const inventory = z.object({ instances: z.array(z.string()) }).parse(await (await fetch(`${aws.admin}/inventory`)).json());
    expect(inventory.instances).toEqual(expect.arrayContaining([`${dead.InstanceId} running`, `${slow.InstanceId} running`]));
    const calls = await (await fetch(`${aws.admin}/calls`)).text();
    expect(calls).toContain('"call":"RunInstances"');
    expect(calls).not.toContain(Buffer.from(BOOT).toString('base64'));
  });

  it('are refused user-data over 16,384 bytes', async () => {
    await expect(run({ UserData: Buffer.alloc(16_385).toString('base64') })).rejects.toMatchObject({ name: 'InvalidParameterValue' });
  });
});
