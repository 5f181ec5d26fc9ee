import { isLoopback } from '../loopback.ts';
import type { Capabilities } from '../spec.ts';
import type { AzureVmConfig } from './config.ts';

export function azureVmCapabilities({ vendor, fence, endpoint }: AzureVmConfig): Capabilities {
  return {
    vendor: vendor ?? 'azure',
    kinds: ['workload'],
    power: fence === undefined ? ['running', 'stopped', 'cut'] : ['running', 'stopped', 'cut', 'isolated'],
    restoresOnStart: true,
    emulated: endpoint !== undefined && isLoopback(endpoint),
  };
}
