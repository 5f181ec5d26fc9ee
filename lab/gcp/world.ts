import type { MachineHost } from '../machines/host.ts';
import type { Addresses } from './addresses.ts';
import type { Disk } from './disks.ts';
import type { Image } from './images.ts';
import type { Instance } from './instances.ts';
import { MACHINE_TYPES } from './machineTypes.ts';
import { lastOf } from './names.ts';
import type { Operations } from './operations.ts';
import { refusals } from './refusal.ts';

export interface WorldOptions {
  readonly project: string;
  readonly region: string;
  readonly zones: readonly string[];
  readonly operationMs: number;
  /** By metric; others have what a project of some age has. */
  readonly quotas: Readonly<Record<string, number>>;
  /** How many instances a zone can hold; absent = as many as come. */
  readonly room: Readonly<Record<string, number>>;
}

/** All that exists in one project. */
export interface World extends WorldOptions {
  readonly addresses: Addresses;
  readonly operations: Operations;
  readonly images: readonly Image[];
  /** By full name. */
  readonly instances: Map<string, Instance>;
  readonly disks: Map<string, Disk>;
  readonly machines?: MachineHost;
}

/** The zone's full name; refused when there is none. */
export function zoneIn({ project, zones }: World, zone: string): string {
  const name = `projects/${project}/zones/${zone}`;
  if (!zones.includes(zone)) throw refusals.notFound(name);
  return name;
}

export function regionIn({ project, region }: World, asked: string): string {
  const name = `projects/${project}/regions/${asked}`;
  if (asked !== region) throw refusals.notFound(name);
  return name;
}

export function networkName({ project }: World): string {
  return `projects/${project}/global/networks/default`;
}

export function subnetworkName({ project, region }: World): string {
  return `projects/${project}/regions/${region}/subnetworks/default`;
}

export interface QuotaUse {
  readonly metric: string;
  readonly limit: number;
  readonly usage: number;
}

/** A stopped instance keeps its disk and gives back its vCPUs: https://cloud.google.com/compute/resource-usage#cpu_quota */
export function quotaUse({ instances, disks, quotas }: World): QuotaUse[] {
  const all = [...instances.values()];
  const cpus = (quota: string): number =>
    all
      .filter(({ status }) => status !== 'TERMINATED')
      .map(({ machineType }) => MACHINE_TYPES.find(({ name }) => name === lastOf(machineType)))
      .reduce((sum, type) => sum + (type?.quota === quota ? type.guestCpus : 0), 0);
  const sizes = [...disks.values()].reduce((sum, { sizeGb }) => sum + sizeGb, 0);
  const use: Readonly<Record<string, readonly [limit: number, usage: number]>> = {
    CPUS: [1000, cpus('CPUS')],
    N2_CPUS: [500, cpus('N2_CPUS')],
    T2A_CPUS: [200, cpus('T2A_CPUS')],
    INSTANCES: [1000, all.length],
    DISKS_TOTAL_GB: [40_960, sizes],
    IN_USE_ADDRESSES: [69, all.filter(({ external }) => external).length],
  };
  return Object.entries(use).map(([metric, [limit, usage]]) => ({ metric, limit: quotas[metric] ?? limit, usage }));
}
