import { DriverError } from '../errors.ts';
import type { WorkloadSpec } from '../spec.ts';
import { addressOf } from './cable.ts';
import { standsFence } from './fence.ts';
import { needRoot } from './ip.ts';
import { readFence } from './network.ts';
import { lookAt } from './owned.ts';
import type { Site } from './site.ts';

const LOOPBACK = '127.0.0.1';

/** Where a component listens, and the network namespace it runs in, if any. */
export interface Network {
  readonly address: string;
  readonly namespace?: string;
}

export async function networkFor(site: Site, wanted: WorkloadSpec['network']): Promise<Network> {
  if (wanted !== 'site') return inFence(site, wanted);
  const { network, address } = site.config;
  if (network === undefined) return { address: address ?? LOOPBACK };
  needRoot(`the network namespace ${network}`);
  const own = address ?? (await addressOf(network));
  if (own === undefined) throw new DriverError('Invalid', `the network namespace ${network} has no address: give it one with ip -n ${network} addr add`);
  return { address: own, namespace: network };
}

async function inFence(site: Site, { fence }: Exclude<WorkloadSpec['network'], 'site'>): Promise<Network> {
  if (site.config.isolation !== 'namespace') throw new DriverError('Unsupported', `${site.name} has no fences: give it isolation: namespace`);
  const place = await lookAt(site.root, 'network', fence);
  const record = place.holds === 'ours' ? await readFence(place.thing) : undefined;
  if (!record || !(await standsFence(record.namespace))) throw new DriverError('NotFound', `its fence ${fence.role} is not there: make that first`);
  return { address: record.inside, namespace: record.namespace };
}
