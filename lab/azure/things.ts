import { randomUUID } from 'node:crypto';
import type { Operation } from './longRunning.ts';

export type Kind =
  | 'Microsoft.Compute/virtualMachines'
  | 'Microsoft.Compute/disks'
  | 'Microsoft.Compute/images'
  | 'Microsoft.Network/networkInterfaces'
  | 'Microsoft.Network/publicIPAddresses'
  | 'Microsoft.Network/networkSecurityGroups'
  | 'Microsoft.Network/virtualNetworks';

/** What every resource has. */
export interface Thing {
  readonly kind: Kind;
  readonly id: string;
  readonly name: string;
  readonly group: string;
  readonly location: string;
  readonly createdAt: Date;
  tags?: Readonly<Record<string, string>>;
  readonly zones?: readonly string[];
  state: 'Creating' | 'Updating' | 'Deleting' | 'Succeeded' | 'Failed';
  etag: string;
  /** What goes on with it now. */
  operation?: Operation;
}

/** Resources of one kind, in the order of their making. Ids are the same in any case. */
export class Things<T extends Thing> {
  readonly #all = new Map<string, T>();

  put(thing: T): T {
    this.#all.set(thing.id.toLowerCase(), thing);
    return thing;
  }

  get(id: string | undefined): T | undefined {
    return id === undefined ? undefined : this.#all.get(id.toLowerCase());
  }

  delete({ id }: Thing): void {
    this.#all.delete(id.toLowerCase());
  }

  list(group?: string): T[] {
    return [...this.#all.values()].filter((thing) => group === undefined || thing.group.toLowerCase() === group.toLowerCase());
  }
}

/** A new version of it, for If-Match. */
export function touch(thing: Thing): void {
  thing.etag = newEtag();
}

export function newEtag(): string {
  return `W/"${randomUUID()}"`;
}

export function inProgress({ operation }: Thing): boolean {
  return operation?.status === 'InProgress';
}

/**
 * The same id as some answers of compute spell it: https://github.com/Azure/azure-cli/issues/8283,
 * https://github.com/Azure/azure-sdk-for-java/issues/2014
 */
export function shouted(id: string): string {
  return id.replace(/(?<=\/resourceGroups\/)[^/]+/i, (group) => group.toUpperCase());
}

/** How every resource begins in an answer. */
export function head({ id, name, kind, location, tags, zones }: Thing): Readonly<Record<string, unknown>> {
  return { id, name, type: kind, location, ...(tags && { tags }), ...(zones && { zones }) };
}
