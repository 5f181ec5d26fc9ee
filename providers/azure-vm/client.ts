import type {
  ComputeManagementClient,
  Disk,
  GalleryImage,
  GalleryImageVersion,
  Image,
  ResourceSku,
  Usage,
  VirtualMachine,
  VirtualMachineImage,
  VirtualMachineUpdate,
} from '@azure/arm-compute';
import type { NetworkInterface, NetworkManagementClient, PublicIPAddress, Subnet } from '@azure/arm-network';
import type { Pace } from '../pace.ts';
import type { AzureVmConfig } from './config.ts';
import type { AzureCredentials } from './credentials.ts';
import { classify } from './errors.ts';
import type { ImagePlace } from './imageReference.ts';
import { opened, type Opened } from './open.ts';
import { orAborted } from '../kept.ts';

/**
 * The calls that the driver makes, and no others, in the site's subscription and resource group. Each is sent once: trying again is for who
 * called. What changes something is started and not waited for.
 */
export interface Azure {
  machines(signal: AbortSignal): AsyncIterable<VirtualMachine>;
  /** Of the whole subscription, without tags and model: the only list that shows power. */
  statuses(signal: AbortSignal): AsyncIterable<VirtualMachine>;
  /** With its user data. */
  machine(name: string, signal: AbortSignal): Promise<VirtualMachine>;
  nics(signal: AbortSignal): AsyncIterable<NetworkInterface>;
  addresses(signal: AbortSignal): AsyncIterable<PublicIPAddress>;
  disks(signal: AbortSignal): AsyncIterable<Disk>;
  sizes(signal: AbortSignal): AsyncIterable<ResourceSku>;
  usages(signal: AbortSignal): AsyncIterable<Usage>;
  subnet(place: SubnetPlace, signal: AbortSignal): Promise<Subnet>;
  managedImage(place: ImagePlace & { kind: 'managed' }, signal: AbortSignal): Promise<Image>;
  galleryImage(place: ImagePlace & { kind: 'gallery' }, signal: AbortSignal): Promise<GalleryImage>;
  galleryVersion(place: ImagePlace & { kind: 'gallery' }, signal: AbortSignal): Promise<GalleryImageVersion>;
  marketImage(place: ImagePlace & { kind: 'marketplace' }, signal: AbortSignal): Promise<VirtualMachineImage>;
  /** Makes it; 412 when there is one of that name. */
  makeMachine(name: string, machine: VirtualMachine, signal: AbortSignal): Promise<void>;
  changeMachine(name: string, change: VirtualMachineUpdate, etag: string | undefined, signal: AbortSignal): Promise<void>;
  startMachine(name: string, signal: AbortSignal): Promise<void>;
  stopMachine(name: string, skipShutdown: boolean, signal: AbortSignal): Promise<void>;
  removeMachine(name: string, signal: AbortSignal): Promise<void>;
  /** 412 when it is no longer as it was read. */
  changeNic(name: string, nic: NetworkInterface, signal: AbortSignal): Promise<void>;
  removeNic(name: string, signal: AbortSignal): Promise<void>;
  removeAddress(name: string, signal: AbortSignal): Promise<void>;
  removeDisk(name: string, signal: AbortSignal): Promise<void>;
}

export interface SubnetPlace {
  readonly group: string;
  readonly network: string;
  readonly name: string;
}

/** One for reading, one for changing: each with its own credentials and its own pace. */
export interface Clients {
  readonly read: Pace;
  readonly write: Pace;
  credentials(which: 'read' | 'write'): Promise<AzureCredentials>;
}

type Which = 'read' | 'write';
interface Options {
  readonly abortSignal: AbortSignal;
  readonly requestOptions: { readonly timeout: number };
}
/** A started operation; the SDK's pollers are thenables, and awaiting one would poll it. */
interface Started {
  submitted(): Promise<void>;
}
interface Paged<T> {
  byPage(): AsyncIterator<T[]>;
}

const PATIENCE_MS = 60_000;

/** Loads the SDKs with the first call. */
export function azure(config: AzureVmConfig, { read, write, credentials }: Clients): Azure {
  const group = config.resourceGroup;
  const paces = { read, write };
  const kept: { [W in Which]?: Promise<Opened> } = {};
  const get = (which: Which): Promise<Opened> =>
    (kept[which] ??= credentials(which)
      .then((found) => opened(config, found))
      .catch((error: unknown) => {
        delete kept[which];
        throw error;
      }));

  const send = async <T>(which: Which, signal: AbortSignal, call: (clients: Opened, options: Options) => Promise<T>): Promise<T> => {
    const pace = paces[which];
    await pace.turn(signal);
    const clients = await get(which);
    signal.throwIfAborted();
    return pace.watch(classify, () => orAborted(call(clients, { abortSignal: signal, requestOptions: { timeout: PATIENCE_MS } }), signal));
  };

  const start = (signal: AbortSignal, call: (compute: ComputeManagementClient, network: NetworkManagementClient, options: Options) => Started): Promise<void> =>
    send('write', signal, ({ compute, network }, options) => call(compute, network, options).submitted());

  /** Each page is a call of its own. */
  const all = async function* <T>(
    signal: AbortSignal,
    list: (compute: ComputeManagementClient, network: NetworkManagementClient, options: Options) => Paged<T>,
  ): AsyncGenerator<T> {
    let pages: AsyncIterator<T[]> | undefined;
    for (;;) {
      const page = await send('read', signal, ({ compute, network }, options) => (pages ??= list(compute, network, options).byPage()).next());
      if (page.done) return;
      yield* page.value;
    }
  };
  const ask = <T>(signal: AbortSignal, call: (compute: ComputeManagementClient, options: Options) => Promise<T>): Promise<T> =>
    send('read', signal, ({ compute }, options) => call(compute, options));

  return {
    machines: (signal) => all(signal, (compute, _, options) => compute.virtualMachines.list(group, options)),
    statuses: (signal) => all(signal, (compute, _, options) => compute.virtualMachines.listAll({ ...options, statusOnly: 'true' })),
    machine: (name, signal) => ask(signal, (compute, options) => compute.virtualMachines.get(group, name, { ...options, expand: 'userData' })),
    nics: (signal) => all(signal, (_, network, options) => network.networkInterfaces.list(group, options)),
    addresses: (signal) => all(signal, (_, network, options) => network.publicIPAddresses.list(group, options)),
    disks: (signal) => all(signal, (compute, _, options) => compute.disks.listByResourceGroup(group, options)),
    sizes: (signal) => all(signal, (compute, _, options) => compute.resourceSkus.list({ ...options, filter: `location eq '${config.region}'` })),
    usages: (signal) => all(signal, (compute, _, options) => compute.usage.list(config.region, options)),
    subnet: (place, signal) => send('read', signal, ({ network }, options) => network.subnets.get(place.group, place.network, place.name, options)),
    managedImage: (place, signal) => ask(signal, (compute, options) => compute.images.get(place.group, place.name, options)),
    galleryImage: (place, signal) => ask(signal, (compute, options) => compute.galleryImages.get(place.group, place.gallery, place.image, options)),
    galleryVersion: (place, signal) =>
      ask(signal, (compute, options) => compute.galleryImageVersions.get(place.group, place.gallery, place.image, place.version, options)),
    marketImage: (place, signal) =>
      ask(signal, (compute, options) => compute.virtualMachineImages.get(config.region, place.publisher, place.offer, place.sku, place.version, options)),
    makeMachine: (name, machine, signal) =>
      start(signal, (compute, _, options) => compute.virtualMachines.createOrUpdate(group, name, machine, { ...options, ifNoneMatch: '*' })),
    changeMachine: (name, change, etag, signal) =>
      start(signal, (compute, _, options) => compute.virtualMachines.update(group, name, change, { ...options, ...(etag !== undefined && { ifMatch: etag }) })),
    startMachine: (name, signal) => start(signal, (compute, _, options) => compute.virtualMachines.start(group, name, options)),
    stopMachine: (name, skipShutdown, signal) =>
      start(signal, (compute, _, options) => compute.virtualMachines.powerOff(group, name, { ...options, skipShutdown })),
    removeMachine: (name, signal) => start(signal, (compute, _, options) => compute.virtualMachines.delete(group, name, options)),
    changeNic: (name, nic, signal) =>
      start(signal, (_, network, options) =>
        network.networkInterfaces.createOrUpdate(group, name, nic, {
          ...options,
          requestOptions: { ...options.requestOptions, ...(nic.etag !== undefined && { headers: { 'if-match': nic.etag } }) },
        }),
      ),
    removeNic: (name, signal) => start(signal, (_, network, options) => network.networkInterfaces.delete(group, name, options)),
    removeAddress: (name, signal) => start(signal, (_, network, options) => network.publicIPAddresses.delete(group, name, options)),
    removeDisk: (name, signal) => start(signal, (compute, _, options) => compute.disks.delete(group, name, options)),
  };
}
