import { DriverError } from '../errors.ts';
import type { WorkloadSpec } from '../spec.ts';
import type { Site } from './site.ts';

export const LOOPBACK = '127.0.0.1';

/** Where a component listens, and the network namespace it runs in, if any. */
export interface Network {
  readonly address: string;
  readonly namespace?: string;
}

export async function networkFor({ config }: Site, network: WorkloadSpec['network']): Promise<Network> {
  if (network !== 'site') throw new DriverError('Unsupported', 'fences are not there yet');
  return { address: config.address ?? LOOPBACK, ...(config.network !== undefined && { namespace: config.network }) };
}
