import { isLoopback } from '../loopback.ts';
import type { Capabilities } from '../spec.ts';
import type { GcpComputeConfig } from './config.ts';

export function gcpComputeCapabilities({ vendor, fence, endpoint }: GcpComputeConfig): Capabilities {
  return {
    vendor: vendor ?? 'gcp',
    kinds: ['workload'],
    power: fence === undefined ? ['running', 'stopped', 'cut'] : ['running', 'stopped', 'cut', 'isolated'],
    restoresOnStart: true,
    emulated: endpoint !== undefined && isLoopback(endpoint),
  };
}
