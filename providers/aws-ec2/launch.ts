import type { _InstanceType, Instance, RunInstancesCommandInput } from '@aws-sdk/client-ec2';
import type { Call } from '../driver.ts';
import { DriverError } from '../errors.ts';
import { nearestShapes } from '../nearestShape.ts';
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
interface Request {
  readonly common: Omit<RunInstancesCommandInput, 'MinCount' | 'MaxCount'>;
  /** Instance types to try, one after the other. */
  readonly sizes: readonly string[];
}

export async function requestFor(site: Site, spec: WorkloadSpec, { signal }: Call): Promise<Request> {
  const { config, ec2, catalogue, name } = site;
  if (spec.network !== 'site') throw new DriverError('Unsupported', 'it cannot be put behind a fence of a drill here: run the drill unfenced, with a reason');
  const script = userData(spec, { site: name, restoreOrders: RESTORE_ORDERS });
  const image = await catalogue.image(ec2, spec.image, signal);
  const chosen = spec.size.native ?? config.sizes[`${spec.workload}/${spec.component}`];
  const sizes = chosen === undefined ? nearestShapes(await catalogue.shapes(ec2, config, signal), spec.size, image.arch) : [chosen];
  const common = {
    ImageId: spec.image,
    UserData: Buffer.from(script).toString('base64'),
    MetadataOptions: { HttpTokens: 'required', HttpEndpoint: 'enabled' } as const,
    ...rootFor(spec, image),
    ...(config.securityGroups && { SecurityGroupIds: config.securityGroups }),
    ...(config.keyName !== undefined && { KeyName: config.keyName }),
    ...(config.instanceProfile !== undefined && { IamInstanceProfile: { Name: config.instanceProfile } }),
  };
  return { common, sizes };
}

/** Starts one share of a batch, all of it or none: in its own subnet, or where that one has no room in the next; where none has, as the next size. */
export async function launch(site: Site, { common, sizes }: Request, mark: Marked, count: number, { token, signal }: Call): Promise<Instance[]> {
  const { subnets } = site.config;
  for (let step = 0; ; step++) {
    const Tags = tagsOf({ ...mark, step });
    const input = {
      ...common,
      InstanceType: sizes[Math.floor(step / subnets.length)] as _InstanceType,
      SubnetId: subnets[(mark.share + step) % subnets.length],
      MinCount: count,
      MaxCount: count,
      ClientToken: [token, ...(mark.share + step > 0 ? [mark.share] : []), ...(step > 0 ? [step] : [])].join('-'),
      TagSpecifications: (['instance', 'volume'] as const).map((ResourceType) => ({ ResourceType, Tags })),
    };
    try {
      return (await site.ec2.runInstances(input, signal)).Instances ?? [];
    } catch (error) {
      if (classify(error).code !== 'Capacity' || step + 1 >= subnets.length * sizes.length) throw error;
    }
  }
}

/** The data lies on the root volume, beside what the image has there. */
function rootFor({ data }: WorkloadSpec, { rootDevice, rootGib }: Image): Pick<RunInstancesCommandInput, 'BlockDeviceMappings'> {
  if (rootDevice === undefined || rootGib === undefined) return {};
  const bytes = Object.values(data).reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  return { BlockDeviceMappings: [{ DeviceName: rootDevice, Ebs: { VolumeSize: rootGib + Math.ceil(bytes / 2 ** 30), DeleteOnTermination: true } }] };
}
