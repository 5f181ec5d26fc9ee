import { isLoopback } from '../loopback.ts';
import type { Capabilities } from '../spec.ts';
import type { DockerConfig } from './config.ts';

/** A host that is the worker's own machine is lost with the worker: no place to recover to. */
export function dockerCapabilities({ vendor, host }: DockerConfig): Capabilities {
  return {
    vendor: vendor ?? 'self',
    kinds: ['workload'],
    power: ['running', 'stopped', 'cut', 'isolated'],
    restoresOnStart: true,
    emulated: host.startsWith('unix:') || isLoopback(host.replace('tcp:', 'http:')),
  };
}
