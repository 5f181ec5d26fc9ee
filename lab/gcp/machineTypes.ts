/** What the catalogue says of a machine type; figures of https://cloud.google.com/compute/docs/general-purpose-machines */
export interface MachineType {
  readonly name: string;
  readonly guestCpus: number;
  readonly memoryMb: number;
  readonly isSharedCpu: boolean;
  readonly architecture: 'X86_64' | 'ARM64';
  /** The regional quota that its vCPUs count against. */
  readonly quota: 'CPUS' | 'N2_CPUS' | 'T2A_CPUS';
}

function shared(name: string, guestCpus: number, memoryMb: number): MachineType {
  return { name, guestCpus, memoryMb, isSharedCpu: true, architecture: 'X86_64', quota: 'CPUS' };
}

function family(
  prefix: string,
  cpus: readonly number[],
  mbPerCpu: number,
  quota: MachineType['quota'] = 'CPUS',
  architecture: MachineType['architecture'] = 'X86_64',
): MachineType[] {
  return cpus.map((guestCpus) => ({ name: `${prefix}-${guestCpus}`, guestCpus, memoryMb: guestCpus * mbPerCpu, isSharedCpu: false, architecture, quota }));
}

const EVEN = [2, 4, 8, 16, 32];

export const MACHINE_TYPES: readonly MachineType[] = [
  shared('f1-micro', 1, 614),
  shared('g1-small', 1, 1740),
  shared('e2-micro', 2, 1024),
  shared('e2-small', 2, 2048),
  shared('e2-medium', 2, 4096),
  ...family('e2-standard', EVEN, 4096),
  ...family('e2-highcpu', EVEN, 1024),
  ...family('e2-highmem', [2, 4, 8, 16], 8192),
  ...family('n1-standard', [1, 2, 4, 8, 16, 32, 64, 96], 3840),
  ...family('n2-standard', [...EVEN, 48, 64, 80], 4096, 'N2_CPUS'),
  ...family('n2-highcpu', [...EVEN, 48, 64, 80], 1024, 'N2_CPUS'),
  ...family('n2-highmem', [...EVEN, 48, 64, 80], 8192, 'N2_CPUS'),
  ...family('t2a-standard', [1, 2, 4, 8, 16, 32, 48], 4096, 'T2A_CPUS', 'ARM64'),
];

/** Not every zone has every series: https://cloud.google.com/compute/docs/regions-zones. Here the last zone has no Arm. */
export function machineTypesIn(zone: string, zones: readonly string[]): readonly MachineType[] {
  return zones.length > 1 && zone === zones.at(-1) ? MACHINE_TYPES.filter(({ architecture }) => architecture === 'X86_64') : MACHINE_TYPES;
}
