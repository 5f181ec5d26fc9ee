import { isLoopback } from '../loopback.ts';
import type { Capabilities } from '../spec.ts';
import type { AwsEc2Config } from './config.ts';

export function awsEc2Capabilities({ vendor, fence, endpoint }: AwsEc2Config): Capabilities {
  return {
    vendor: vendor ?? 'aws',
    kinds: ['workload'],
    power: fence === undefined ? ['running', 'stopped', 'cut'] : ['running', 'stopped', 'cut', 'isolated'],
    restoresOnStart: true,
    emulated: endpoint !== undefined && isLoopback(endpoint),
  };
}
