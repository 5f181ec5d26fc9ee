import { createHash } from 'node:crypto';
import { DriverError } from '../errors.ts';
import { ask } from './ask.ts';
import { markedBy } from './marks.ts';
import type { Site } from './site.ts';

/** An address of the site's network that nobody has, kept for whoever asked until `release`. The same name finds the same one, where that is free. */
export async function reserveAddress(site: Site, name: string, signal: AbortSignal): Promise<{ readonly address: string; release(): void }> {
  const docker = await site.docker();
  const [network, containers] = await ask(signal, () => Promise.all([docker.getNetwork(site.config.network).inspect(), docker.listContainers({ all: true })]));
  const taken = new Set(site.reserved);
  for (const { Labels, NetworkSettings } of containers) {
    const address = markedBy(Labels)?.address;
    if (address !== undefined) taken.add(address);
    for (const { IPAddress } of Object.values(NetworkSettings?.Networks ?? {})) if (IPAddress) taken.add(IPAddress);
  }
  const config = (network.IPAM?.Config ?? []).find(({ Subnet }) => /^\d+\.\d+\.\d+\.\d+\/\d+$/.test(Subnet ?? ''));
  if (!config?.Subnet) throw new DriverError('Invalid', `the network ${site.config.network} has no IPv4 subnet: make one with --subnet`);
  if (config.Gateway) taken.add(config.Gateway);
  const [base = '', bits = '32'] = config.Subnet.split('/');
  const size = 2 ** (32 - Number(bits));
  const first = base.split('.').reduce((sum, each) => sum * 256 + Number(each), 0);
  const start = createHash('sha256').update(name).digest().readUInt32BE(0);
  // Neither the network's own address, nor the one usual for its gateway, nor that of all.
  for (let step = 0; step < size - 3; step++) {
    const address = dotted(first + 2 + ((start + step) % (size - 3)));
    if (taken.has(address)) continue;
    site.reserved.add(address);
    return { address, release: () => void site.reserved.delete(address) };
  }
  throw new DriverError('Capacity', `the network ${site.config.network} has no free address: remove containers, or name a larger one`);
}

function dotted(value: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.');
}
