import type { MachineHost } from '../machines/host.ts';
import { ArmError } from './armError.ts';
import type { Disk } from './compute/disk.ts';
import type { Image } from './compute/images.ts';
import type { Vm } from './compute/vm.ts';
import { LongRunning } from './longRunning.ts';
import { Addresses } from './network/addresses.ts';
import type { Nic } from './network/nic.ts';
import type { PublicIp } from './network/publicIp.ts';
import type { SecurityGroup } from './network/securityGroups.ts';
import type { VirtualNetwork } from './network/virtualNetworks.ts';
import { type Kind, Things } from './things.ts';

export interface CloudSettings {
  readonly subscription: string;
  readonly groups: readonly string[];
  readonly location: string;
  readonly zones: readonly string[];
  /** Milliseconds that making, starting or stopping a machine takes; what is smaller takes a third. */
  readonly operationMs: number;
  /** Milliseconds that an interface stays reserved for a machine that was refused: 180 s in the real one. */
  readonly nicReservationMs: number;
  readonly pageSize: number;
  /** Of the location and of every family. */
  readonly coreLimit: number;
  readonly machines?: MachineHost;
}

/** All that one subscription holds. */
export class Cloud {
  readonly subscription: string;
  readonly groups: readonly string[];
  readonly location: string;
  readonly zones: readonly string[];
  readonly operationMs: number;
  readonly nicReservationMs: number;
  readonly pageSize: number;
  readonly coreLimit: number;
  readonly machines: MachineHost | undefined;
  readonly operations = new LongRunning();
  readonly vms = new Things<Vm>();
  readonly disks = new Things<Disk>();
  readonly images = new Things<Image>();
  readonly nics = new Things<Nic>();
  readonly publicIps = new Things<PublicIp>();
  readonly securityGroups = new Things<SecurityGroup>();
  readonly networks = new Things<VirtualNetwork>();
  readonly publicAddresses = new Addresses('127.79.240.0/20', 'public addresses');

  constructor({ subscription, groups, location, zones, operationMs, nicReservationMs, pageSize, coreLimit, machines }: CloudSettings) {
    this.subscription = subscription;
    this.groups = groups;
    this.location = location;
    this.zones = zones;
    this.operationMs = operationMs;
    this.nicReservationMs = nicReservationMs;
    this.pageSize = pageSize;
    this.coreLimit = coreLimit;
    this.machines = machines;
  }

  get smallMs(): number {
    return this.operationMs / 3;
  }

  id(group: string, kind: Kind, name: string): string {
    return `/subscriptions/${this.subscription}/resourceGroups/${group}/providers/${kind}/${name}`;
  }

  /** As it is spelt here, or ResourceGroupNotFound. */
  group(name: string | undefined): string {
    const found = this.groups.find((each) => each.toLowerCase() === name?.toLowerCase());
    if (found === undefined) throw new ArmError(404, 'ResourceGroupNotFound', `Resource group '${String(name)}' could not be found.`);
    return found;
  }

  /** Where a new resource goes: https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/error-resource-location */
  place(location: string | undefined, kind: Kind): string {
    if (location === undefined) throw new ArmError(400, 'LocationRequired', 'The location property is required for this definition.');
    const plain = location.replaceAll(' ', '').toLowerCase();
    if (plain !== this.location)
      throw new ArmError(
        400,
        'LocationNotAvailableForResourceType',
        `The provided location '${location}' is not available for resource type '${kind}'. List of available regions for the resource type is '${this.location}'.`,
      );
    return this.location;
  }

  /** One zone of the location at most: https://learn.microsoft.com/azure/reliability/availability-zones-overview */
  zone(zones: readonly string[] | undefined): readonly string[] | undefined {
    if (!zones?.length) return undefined;
    const [zone = ''] = zones;
    if (zones.length > 1 || !this.zones.includes(zone))
      throw new ArmError(
        400,
        'InvalidAvailabilityZone',
        `The zone(s) '${zones.join(',')}' for resource is not supported. The supported zones for location '${this.location}' are '${this.zones.join(',')}'.`,
      );
    return zones;
  }
}

export function notFound(kind: Kind, name: string, group: string): ArmError {
  return new ArmError(
    404,
    'ResourceNotFound',
    `The Resource '${kind}/${name}' under resource group '${group}' was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix`,
  );
}
