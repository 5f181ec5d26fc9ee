import { z } from 'zod';
import type { PlainCloud } from './cloud.ts';

const site = z.object({ region: z.string(), endpoint: z.string(), subnets: z.array(z.string()), images: z.object({ orders: z.string() }) });

export async function plainAws(entry: unknown): Promise<PlainCloud> {
  const { region, endpoint, subnets, images } = site.parse(entry);
  const { EC2 } = await import('@aws-sdk/client-ec2');
  const ec2 = new EC2({ region, endpoint, profile: 'dr-drill' });
  const stateOf = async (id: string): Promise<string | undefined> =>
    (await ec2.describeInstances({ InstanceIds: [id] })).Reservations?.[0]?.Instances?.[0]?.State?.Name;
  return {
    async start() {
      const { Instances = [] } = await ec2.runInstances({ ImageId: images.orders, InstanceType: 't3.nano', SubnetId: subnets[0], MinCount: 1, MaxCount: 1 });
      return Instances[0]?.InstanceId ?? '';
    },
    runs: async (id) => (await stateOf(id)) === 'running',
    async remove(id) {
      await ec2.terminateInstances({ InstanceIds: [id] });
    },
    isGone: async (id) => (await stateOf(id)) === 'terminated',
  };
}
