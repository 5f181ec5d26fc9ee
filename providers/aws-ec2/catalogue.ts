import type { Image as Ami, InstanceTypeInfo } from '@aws-sdk/client-ec2';
import { DriverError } from '../errors.ts';
import type { BootMode, ImageFacts, Shape } from '../spec.ts';
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

/** What AWS names no mode for boots as its instance types do: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ami-boot.html */
const BOOTS: Readonly<Record<string, readonly BootMode[]>> = { 'legacy-bios': ['bios'], uefi: ['uefi'], 'uefi-preferred': ['bios', 'uefi'] };
const BOOTS_UNNAMED: Readonly<Record<string, readonly BootMode[]>> = { amd64: ['bios'], arm64: ['uefi'] };

/** What an AMI says of itself. AWS exports none that holds software of its own or of others, and none that is encrypted. */
export function moreOf(
  { BootMode: mode, CreationDate, ProductCodes = [], Platform, BlockDeviceMappings = [] }: Ami,
  arch: string | undefined,
): Partial<ImageFacts> {
  const encrypted = BlockDeviceMappings.filter(({ Ebs }) => Ebs?.Encrypted === true);
  const boot = BOOTS[mode ?? ''] ?? BOOTS_UNNAMED[arch ?? ''];
  const closed = ProductCodes.length > 0 || Platform !== undefined || encrypted.length > 0;
  return {
    ...(boot && { boot }),
    ...(CreationDate !== undefined && !Number.isNaN(Date.parse(CreationDate)) && { createdAt: new Date(CreationDate).toISOString() }),
    ...(closed && { exportable: false }),
    ...(encrypted.length > 0 && { keys: [...new Set(encrypted.map(({ Ebs }) => Ebs?.KmsKeyId ?? 'a key of the account'))] }),
  };
}

async function imageOf(ec2: Ec2, ref: string, signal: AbortSignal): Promise<Image> {
  const { Images: [found] = [] } = await ec2.describeImages({ ImageIds: [ref] }, signal);
  if (!found) throw new DriverError('NotFound', `there is no image ${ref} in this region: correct images of the site`);
  const root = found.BlockDeviceMappings?.find(({ DeviceName }) => DeviceName === found.RootDeviceName);
  const arch = found.Architecture && archOf(found.Architecture);
  return {
    ref,
    format: 'native:aws',
    arch: arch ? [arch] : [],
    copies: ['aws'],
    ...moreOf(found, arch),
    ...(found.RootDeviceName !== undefined && { rootDevice: found.RootDeviceName }),
    ...(root?.Ebs?.VolumeSize !== undefined && { rootGib: root.Ebs.VolumeSize }),
  };
}
