import type { VirtualMachine } from '@azure/arm-compute';
import type { NetworkInterface, PublicIPAddress } from '@azure/arm-network';
import type { Site } from './site.ts';
import { type Marked, markedBy } from './tags.ts';

/** A virtual machine with what Azure tells of it elsewhere. */
export interface Machine {
  readonly name: string;
  readonly model: VirtualMachine;
  /** Of ours only. */
  readonly mark: Marked | undefined;
  /** `running`, `stopped`, `deallocated`, or what it is on its way to; empty when Azure does not tell (yet). */
  readonly power: string;
  /** Why the last operation failed. */
  readonly failure: Failure | undefined;
  /** When it last changed, in Azure's own words; for comparing. */
  readonly changedAt: string;
  readonly nics: readonly NetworkInterface[];
  readonly host: string | undefined;
}

export interface Failure {
  readonly code: string;
  readonly message: string;
  readonly at: Date | undefined;
}

export interface Survey {
  readonly machines: readonly Machine[];
  readonly nics: readonly NetworkInterface[];
}

/** All machines of the resource group, in one order: one list of each kind and page, however many there are. */
export async function survey({ azure, config }: Site, signal: AbortSignal): Promise<Survey> {
  const [models, statuses, nics, addresses] = await Promise.all([
    collected(azure.machines(signal)),
    collected(azure.statuses(signal)),
    collected(azure.nics(signal)),
    config.address === 'public' ? collected(azure.addresses(signal)) : [],
  ]);
  const status = new Map(statuses.map((each) => [plain(each.id), each]));
  const nic = new Map(nics.map((each) => [plain(each.id), each]));
  const address = new Map(addresses.map((each) => [plain(each.id), each]));
  const machines = models.map((model) => machineOf(model, status.get(plain(model.id)), nic, config.address === 'public' ? address : undefined));
  return { machines: machines.toSorted((a, b) => (a.name < b.name ? -1 : 1)), nics };
}

export async function collected<T>(pages: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const each of pages) all.push(each);
  return all;
}

/** Azure writes one id in several ways of capitals. */
export function plain(id: string | undefined): string {
  return (id ?? '').toLowerCase();
}

export function isBeingRemoved({ model }: Machine): boolean {
  return model.provisioningState === 'Deleting';
}

/** For people: a few of many. */
export function nativeIdOf(names: readonly string[]): string {
  const sorted = names.toSorted();
  return sorted.length > 3 ? `${sorted.slice(0, 3).join(',')}+${sorted.length - 3}` : sorted.join(',');
}

function machineOf(
  model: VirtualMachine,
  seen: VirtualMachine | undefined,
  known: ReadonlyMap<string, NetworkInterface>,
  addresses: ReadonlyMap<string, PublicIPAddress> | undefined,
): Machine {
  const statuses = seen?.instanceView?.statuses ?? [];
  const power = statuses.find(({ code }) => code?.startsWith('PowerState/'))?.code?.slice('PowerState/'.length) ?? '';
  const provisioning = statuses.find(({ code }) => code?.startsWith('ProvisioningState/'));
  const [, outcome = '', code = ''] = provisioning?.code?.split('/') ?? [];
  const nics = (model.networkProfile?.networkInterfaces ?? []).flatMap(({ id }) => known.get(plain(id)) ?? []);
  return {
    name: model.name ?? '',
    model,
    mark: markedBy(model.tags),
    power,
    failure:
      model.provisioningState === 'Failed'
        ? { code: outcome === 'failed' ? code : '', message: provisioning?.message ?? 'Azure gives no reason', at: provisioning?.time }
        : undefined,
    changedAt: provisioning?.time?.toISOString() ?? '',
    nics,
    host: hostOf(nics, addresses),
  };
}

/** Private, unless public addresses are given. */
function hostOf(nics: readonly NetworkInterface[], addresses: ReadonlyMap<string, PublicIPAddress> | undefined): string | undefined {
  const nic = nics.find(({ primary }) => primary) ?? nics[0];
  const ip = nic?.ipConfigurations?.find(({ primary }) => primary) ?? nic?.ipConfigurations?.[0];
  return addresses ? addresses.get(plain(ip?.publicIPAddress?.id))?.ipAddress : ip?.privateIPAddress;
}
