import type { InstanceTypeInfo } from '@aws-sdk/client-ec2';
import { DriverError } from '../errors.ts';
import type { ImageFacts, Shape } from '../spec.ts';
import type { Ec2 } from './client.ts';
import type { AwsEc2Config } from './config.ts';
import { Kept } from '../kept.ts';

/** AWS's names for what everybody else calls otherwise. */
const ARCH: Readonly<Record<string, string>> = { x86_64: 'amd64', i386: '386' };
const archOf = (name: string): string => ARCH[name] ?? name;

export interface Image extends ImageFacts {
  readonly rootDevice?: string;
  readonly rootGib?: number;
}

/** Types and images of one account and region. */
export class Catalogue {
  readonly #shapes = new Kept<Shape[]>();
  readonly #images = new Kept<Image>();

  shapes(ec2: Ec2, config: AwsEc2Config, signal: AbortSignal): Promise<Shape[]> {
    return this.#shapes.get((config.families ?? []).join(), signal, (asking) => typesOf(ec2, config, asking));
  }

  /** NotFound, as EC2 says it, when there is no such image. */
  image(ec2: Ec2, ref: string, signal: AbortSignal): Promise<Image> {
    return this.#images.get(ref, signal, (asking) => imageOf(ec2, ref, asking));
  }
}

async function typesOf(ec2: Ec2, { families }: AwsEc2Config, signal: AbortSignal): Promise<Shape[]> {
  const Filters = [
    { Name: 'current-generation', Values: ['true'] },
    { Name: 'bare-metal', Values: ['false'] },
    { Name: 'supported-usage-class', Values: ['on-demand'] },
    ...(families ? [{ Name: 'instance-type', Values: families.map((family) => `${family}.*`) }] : []),
  ];
  const shapes: Shape[] = [];
  let NextToken: string | undefined;
  do {
    const page = await ec2.describeInstanceTypes({ Filters, MaxResults: 100, ...(NextToken !== undefined && { NextToken }) }, signal);
    shapes.push(...(page.InstanceTypes ?? []).flatMap(shapesOf));
    NextToken = page.NextToken;
  } while (NextToken);
  return shapes;
}

/** None for what has more than a plain machine: its price is for that. */
function shapesOf({ InstanceType: name, VCpuInfo, MemoryInfo, ProcessorInfo, GpuInfo, FpgaInfo, InferenceAcceleratorInfo }: InstanceTypeInfo): Shape[] {
  const cpu = VCpuInfo?.DefaultVCpus;
  const mebibytes = MemoryInfo?.SizeInMiB;
  if (!name || !cpu || !mebibytes || GpuInfo || FpgaInfo || InferenceAcceleratorInfo) return [];
  return (ProcessorInfo?.SupportedArchitectures ?? [])
    .filter((arch) => arch !== 'i386')
    .map((arch) => ({ name, cpu, memoryBytes: mebibytes * 2 ** 20, arch: archOf(arch) }));
}

async function imageOf(ec2: Ec2, ref: string, signal: AbortSignal): Promise<Image> {
  const { Images: [found] = [] } = await ec2.describeImages({ ImageIds: [ref] }, signal);
  if (!found) throw new DriverError('NotFound', `there is no image ${ref} in this region: correct images of the site`);
  const root = found.BlockDeviceMappings?.find(({ DeviceName }) => DeviceName === found.RootDeviceName);
  return {
    ref,
    format: 'native:aws',
    arch: found.Architecture ? [archOf(found.Architecture)] : [],
    copies: ['aws'],
    ...(found.RootDeviceName !== undefined && { rootDevice: found.RootDeviceName }),
    ...(root?.Ebs?.VolumeSize !== undefined && { rootGib: root.Ebs.VolumeSize }),
  };
}
