import { isLoopback } from '../loopback.ts';
import type { Capabilities } from '../spec.ts';
import type { IncusConfig } from './config.ts';

/** A daemon of the worker's own machine is lost with the worker: no place to recover to. */
export function incusCapabilities({ vendor, url }: IncusConfig): Capabilities {
  return {
    vendor: vendor ?? 'self',
    kinds: ['workload'],
    power: ['running', 'stopped', 'cut', 'isolated'],
    restoresOnStart: true,
    emulated: url === undefined || isLoopback(url),
  };
}
