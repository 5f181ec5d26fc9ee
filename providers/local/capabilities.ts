import type { Capabilities } from '../spec.ts';
import type { LocalConfig } from './config.ts';

export function localCapabilities(config: LocalConfig): Capabilities {
  return {
    vendor: config.vendor ?? 'self',
    kinds: config.isolation === 'namespace' ? ['workload', 'network'] : ['workload'],
    power: config.network ? ['running', 'stopped', 'cut', 'isolated'] : ['running', 'stopped', 'cut'],
    restoresOnStart: true,
    emulated: true,
  };
}
