import type { Capabilities } from '../spec.ts';
import type { AwsEc2Config } from './config.ts';

export function awsEc2Capabilities({ vendor, fence, endpoint }: AwsEc2Config): Capabilities {
  return {
    vendor: vendor ?? 'aws',
    kinds: ['workload'],
    power: fence === undefined ? ['running', 'stopped', 'cut'] : ['running', 'stopped', 'cut', 'isolated'],
    restoresOnStart: false,
    emulated: endpoint !== undefined && isLoopback(new URL(endpoint).hostname),
  };
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(host);
}
