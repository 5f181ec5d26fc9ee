import type { Instance, RunInstancesCommandInput } from '@aws-sdk/client-ec2';
import type { Call } from '../driver.ts';
import { DriverError } from '../errors.ts';
import { nearestShape } from '../nearestShape.ts';
import type { WorkloadSpec } from '../spec.ts';
import { userData } from '../userData.ts';
import type { Image } from './catalogue.ts';
import { classify } from './errors.ts';
import { RESTORE_ORDERS } from './restore.ts';
import type { Site } from './site.ts';
import { type Marked, tagsOf } from './tags.ts';

/** How many replicas start in each subnet: as even as can be, the first ones more. */
export function sharesOf(replicas: number, subnets: number): number[] {
  const used = Math.min(replicas, subnets);
  return Array.from({ length: used }, (_, index) => Math.floor(replicas / used) + (index < replicas % used ? 1 : 0));
}

/** Everything of the requests but where, how many and under which token. */
export async function requestFor(site: Site, spec: WorkloadSpec, { signal }: Call): Promise<Omit<RunInstancesCommandInput, 'MinCount' | 'MaxCount'>> {
  const { config, ec2, catalogue, name } = site;
  if (spec.network !== 'site') throw new DriverError('Unsupported', 'it cannot be put behind a fence of a drill here: run the drill unfenced, with a reason');
  const script = userData(spec, { site: name, restoreOrders: RESTORE_ORDERS });
  const image = await catalogue.image(ec2, spec.image, signal);
  const chosen = spec.size.native ?? config.sizes[`${spec.workload}/${spec.component}`];
  return {
    ImageId: spec.image,
    InstanceType: (chosen ?? nearestShape(await catalogue.shapes(ec2, config, signal), spec.size, image.arch)) as NonNullable<
      RunInstancesCommandInput['InstanceType']
    >,
    UserData: Buffer.from(script).toString('base64'),
    MetadataOptions: { HttpTokens: 'required', HttpEndpoint: 'enabled' },
    ...rootFor(spec, image),
    ...(config.securityGroups && { SecurityGroupIds: config.securityGroups }),
    ...(config.keyName !== undefined && { KeyName: config.keyName }),
    ...(config.instanceProfile !== undefined && { IamInstanceProfile: { Name: config.instanceProfile } }),
  };
}

/** Starts one share of a batch, all of it or none: in its own subnet, or where that one has no room in the next. */
export async function launch(
  site: Site,
  request: Omit<RunInstancesCommandInput, 'MinCount' | 'MaxCount'>,
  mark: Marked,
  count: number,
  { token, signal }: Call,
): Promise<Instance[]> {
  const { subnets } = site.config;
  for (let step = 0; ; step++) {
    const Tags = tagsOf(mark);
    const input = {
      ...request,
      SubnetId: subnets[(mark.share + step) % subnets.length],
      MinCount: count,
      MaxCount: count,
      ClientToken: [token, ...(mark.share + step > 0 ? [mark.share] : []), ...(step > 0 ? [step] : [])].join('-'),
      TagSpecifications: (['instance', 'volume'] as const).map((ResourceType) => ({ ResourceType, Tags })),
    };
    try {
      return (await site.ec2.runInstances(input, signal)).Instances ?? [];
    } catch (error) {
      if (classify(error).code !== 'Capacity' || step + 1 >= subnets.length) throw error;
    }
  }
}

/** The data lies on the root volume, beside what the image has there. */
function rootFor({ data }: WorkloadSpec, { rootDevice, rootGib }: Image): Pick<RunInstancesCommandInput, 'BlockDeviceMappings'> {
  if (rootDevice === undefined || rootGib === undefined) return {};
  const bytes = Object.values(data).reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  return { BlockDeviceMappings: [{ DeviceName: rootDevice, Ebs: { VolumeSize: rootGib + Math.ceil(bytes / 2 ** 30), DeleteOnTermination: true } }] };
}
