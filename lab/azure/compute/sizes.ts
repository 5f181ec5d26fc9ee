/** A size of machine as a subscription may use it. */
export interface Size {
  readonly name: string;
  /** As quotas count it. */
  readonly family: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly arch: 'x64' | 'Arm64';
  /** Zones where this subscription may not use it. */
  readonly closedZones?: readonly string[];
  /** This subscription may not use it in this location. */
  readonly closed?: boolean;
}

/** Real sizes with their real shapes: https://learn.microsoft.com/azure/virtual-machines/sizes/overview. What is closed is the lab's own. */
export const SIZES: readonly Size[] = [
  { name: 'Standard_B1ls', family: 'standardBSFamily', cores: 1, memoryGiB: 0.5, arch: 'x64' },
  { name: 'Standard_B1s', family: 'standardBSFamily', cores: 1, memoryGiB: 1, arch: 'x64' },
  { name: 'Standard_B1ms', family: 'standardBSFamily', cores: 1, memoryGiB: 2, arch: 'x64' },
  { name: 'Standard_B2s', family: 'standardBSFamily', cores: 2, memoryGiB: 4, arch: 'x64' },
  { name: 'Standard_B2ms', family: 'standardBSFamily', cores: 2, memoryGiB: 8, arch: 'x64' },
  { name: 'Standard_B4ms', family: 'standardBSFamily', cores: 4, memoryGiB: 16, arch: 'x64' },
  { name: 'Standard_F2s_v2', family: 'standardFSv2Family', cores: 2, memoryGiB: 4, arch: 'x64' },
  { name: 'Standard_F4s_v2', family: 'standardFSv2Family', cores: 4, memoryGiB: 8, arch: 'x64' },
  { name: 'Standard_D2s_v5', family: 'standardDSv5Family', cores: 2, memoryGiB: 8, arch: 'x64' },
  { name: 'Standard_D4s_v5', family: 'standardDSv5Family', cores: 4, memoryGiB: 16, arch: 'x64' },
  { name: 'Standard_D8s_v5', family: 'standardDSv5Family', cores: 8, memoryGiB: 32, arch: 'x64' },
  { name: 'Standard_E2s_v5', family: 'standardESv5Family', cores: 2, memoryGiB: 16, arch: 'x64', closedZones: ['3'] },
  { name: 'Standard_E4s_v5', family: 'standardESv5Family', cores: 4, memoryGiB: 32, arch: 'x64', closedZones: ['3'] },
  { name: 'Standard_D2ps_v5', family: 'standardDPSv5Family', cores: 2, memoryGiB: 8, arch: 'Arm64' },
  { name: 'Standard_D4ps_v5', family: 'standardDPSv5Family', cores: 4, memoryGiB: 16, arch: 'Arm64' },
  { name: 'Standard_M8ms', family: 'standardMSFamily', cores: 8, memoryGiB: 218.75, arch: 'x64', closed: true },
];

export function sizeOf(name: string): Size | undefined {
  return SIZES.find((size) => size.name.toLowerCase() === name.toLowerCase());
}
