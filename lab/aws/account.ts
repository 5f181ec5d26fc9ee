import { CreateSecurityGroupCommand, CreateSubnetCommand, CreateVpcCommand, EC2Client, RevokeSecurityGroupEgressCommand } from '@aws-sdk/client-ec2';

export interface LabAccount {
  readonly region: string;
  readonly vpc: string;
  /** One in each of two zones. */
  readonly subnets: readonly string[];
  readonly open: string;
  /** Lets nothing in and nothing out. */
  readonly closed: string;
  readonly image: string;
}

const REGION = 'eu-west-1';
/** Of `images.json`. */
const IMAGE = 'ami-0a77000000000a001';

/** Whose calls are not counted and meet no fault. */
export const PERSON_AT_THE_LAB = 'person-at-the-lab';

export function labClient(endpoint: string, region = REGION, accessKeyId = 'lab'): EC2Client {
  return new EC2Client({ endpoint, region, credentials: { accessKeyId, secretAccessKey: 'lab' }, maxAttempts: 1 });
}

/** Four times 256 addresses: the network of one lab. */
export const NETWORK_THIRDS = 4;

/** What an operator prepares: a network on addresses that are this machine's own, from 127.77.`third`.0 on; security groups, an image. */
export async function makeAccount(endpoint: string, third: number): Promise<LabAccount> {
  const client = labClient(endpoint);
  try {
    const { Vpc } = await client.send(new CreateVpcCommand({ CidrBlock: `127.77.${third}.0/22` }));
    const vpc = there(Vpc?.VpcId);
    const subnet = async (CidrBlock: string, zone: string): Promise<string> =>
      there((await client.send(new CreateSubnetCommand({ VpcId: vpc, CidrBlock, AvailabilityZone: `${REGION}${zone}` }))).Subnet?.SubnetId);
    const group = async (GroupName: string): Promise<string> =>
      there((await client.send(new CreateSecurityGroupCommand({ VpcId: vpc, GroupName, Description: GroupName }))).GroupId);
    const subnets = [await subnet(`127.77.${third}.0/23`, 'a'), await subnet(`127.77.${third + 2}.0/23`, 'b')];
    const closed = await group('closed');
    const all = [{ IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] }];
    await client.send(new RevokeSecurityGroupEgressCommand({ GroupId: closed, IpPermissions: all }));
    return { region: REGION, vpc, subnets, open: await group('open'), closed, image: IMAGE };
  } finally {
    client.destroy();
  }
}

function there(id: string | undefined): string {
  if (id === undefined) throw new Error('the lab account answered without an id');
  return id;
}
