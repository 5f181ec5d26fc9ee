import { isLoopback } from '../loopback.ts';
import type { Capabilities } from '../spec.ts';
import type { MarathonConfig } from './config.ts';

export function marathonCapabilities({ vendor, endpoint }: MarathonConfig): Capabilities {
  return {
    vendor: vendor ?? 'self',
    kinds: ['workload'],
    power: ['running', 'stopped'],
    // What a task writes into its sandbox is lost with the task: there is nothing to restore into.
    restoresOnStart: false,
    emulated: isLoopback(endpoint),
  };
}
