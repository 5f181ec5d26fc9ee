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

export function labClient(endpoint: string, region = REGION): EC2Client {
  return new EC2Client({ endpoint, region, credentials: { accessKeyId: 'lab', secretAccessKey: 'lab' }, maxAttempts: 1 });
}

/** What an operator prepares: a network on addresses that are this machine's own, security groups, an image. */
export async function makeAccount(endpoint: string): Promise<LabAccount> {
  const client = labClient(endpoint);
  try {
    const { Vpc } = await client.send(new CreateVpcCommand({ CidrBlock: '127.77.0.0/16' }));
    const vpc = there(Vpc?.VpcId);
    const subnet = async (CidrBlock: string, zone: string): Promise<string> =>
      there((await client.send(new CreateSubnetCommand({ VpcId: vpc, CidrBlock, AvailabilityZone: `${REGION}${zone}` }))).Subnet?.SubnetId);
    const group = async (GroupName: string): Promise<string> =>
      there((await client.send(new CreateSecurityGroupCommand({ VpcId: vpc, GroupName, Description: GroupName }))).GroupId);
    const subnets = [await subnet('127.77.0.0/18', 'a'), await subnet('127.77.64.0/18', 'b')];
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
