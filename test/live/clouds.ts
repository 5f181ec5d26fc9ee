export const LIVE_CLOUDS = ['aws', 'gcp', 'azure'] as const;
export type LiveCloud = (typeof LIVE_CLOUDS)[number];

export interface LiveFacts {
  /** As `provider` says it in muster.yaml. */
  readonly provider: string;
  /** The smallest that is offered nearly everywhere; `sizes: { conformance/one: … }` of the site overrules it. */
  readonly type: string;
  /** US dollars an hour for one machine with its boot disk and an address, by type. Rounded up, well above what the dearest region is known to ask. */
  readonly dollarsPerHour: Readonly<Record<string, number>>;
  readonly prices: string;
}

/** When the prices were last thought over. They were not read from the vendors' pages by a machine. */
export const PRICES_OF = '2026-11-24';

export const LIVE: Readonly<Record<LiveCloud, LiveFacts>> = {
  aws: {
    provider: 'aws-ec2',
    type: 't3.nano',
    dollarsPerHour: { 't3.nano': 0.03, 't3a.nano': 0.03, 't4g.nano': 0.03, 't3.micro': 0.04, 't4g.micro': 0.04, 't3.small': 0.06 },
    prices: 'https://aws.amazon.com/ec2/pricing/on-demand/',
  },
  gcp: {
    provider: 'gcp-compute',
    type: 'e2-micro',
    dollarsPerHour: { 'e2-micro': 0.04, 'e2-small': 0.05, 'e2-medium': 0.08, 't2a-standard-1': 0.08 },
    prices: 'https://cloud.google.com/compute/vm-instance-pricing',
  },
  azure: {
    provider: 'azure-vm',
    type: 'Standard_B1s',
    dollarsPerHour: { Standard_B1ls: 0.03, Standard_B1s: 0.04, Standard_B1ms: 0.06, Standard_B2ats_v2: 0.04, Standard_B2pts_v2: 0.04, Standard_B2s: 0.1 },
    prices: 'https://azure.microsoft.com/en-us/pricing/details/virtual-machines/linux/',
  },
};
