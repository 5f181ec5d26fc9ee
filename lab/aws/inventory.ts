import {
  DescribeInstancesCommand,
  DescribeKeyPairsCommand,
  DescribeNetworkInterfacesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSnapshotsCommand,
  DescribeVolumesCommand,
} from '@aws-sdk/client-ec2';
import type { Inventory } from '../admin.ts';
import { labClient, PERSON_AT_THE_LAB } from './account.ts';

/** What the account holds; terminated instances are none. */
export async function inventoryOf(endpoint: string, region: string): Promise<Inventory> {
  const client = labClient(endpoint, region, PERSON_AT_THE_LAB);
  try {
    const [instances, volumes, interfaces, groups, snapshots, keys] = await Promise.all([
      client.send(new DescribeInstancesCommand({})),
      client.send(new DescribeVolumesCommand({})),
      client.send(new DescribeNetworkInterfacesCommand({})),
      client.send(new DescribeSecurityGroupsCommand({})),
      client.send(new DescribeSnapshotsCommand({ OwnerIds: ['self'] })),
      client.send(new DescribeKeyPairsCommand({})),
    ]);
    const there = (ids: readonly (string | undefined)[]): string[] => ids.filter((id) => id !== undefined).toSorted();
    const alive = (instances.Reservations ?? []).flatMap(({ Instances = [] }) => Instances).filter(({ State }) => State?.Name !== 'terminated');
    return {
      instances: there(alive.map(({ InstanceId, State }) => InstanceId && `${InstanceId} ${State?.Name}`)),
      volumes: there((volumes.Volumes ?? []).map(({ VolumeId }) => VolumeId)),
      'network-interfaces': there((interfaces.NetworkInterfaces ?? []).map(({ NetworkInterfaceId }) => NetworkInterfaceId)),
      'security-groups': there((groups.SecurityGroups ?? []).map(({ GroupId }) => GroupId)),
      snapshots: there((snapshots.Snapshots ?? []).map(({ SnapshotId }) => SnapshotId)),
      'key-pairs': there((keys.KeyPairs ?? []).map(({ KeyName }) => KeyName)),
    };
  } finally {
    client.destroy();
  }
}
