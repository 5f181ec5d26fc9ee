import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { type ReceivedCall, startAdmin } from '../admin.ts';
import { Faults } from '../faults.ts';
import { holdRange } from '../heldRange.ts';
import type { MachineHost } from '../machines/host.ts';
import { Buckets } from './buckets.ts';
import { Cloud } from './cloud.ts';
import { standingImage } from './compute/images.ts';
import { Dispatcher } from './dispatch.ts';
import { Assertions } from './identity/assertions.ts';
import { newPrincipal, type Principal } from './identity/principals.ts';
import { Tokens } from './identity/tokens.ts';
import { standingSecurityGroup } from './network/securityGroups.ts';
import { standingNetwork } from './network/virtualNetworks.ts';
import { CERTIFICATES, startServer } from './server.ts';

export interface AzureLabOptions {
  /** Default: one made up. */
  readonly subscription?: string;
  /** Default `lab`. */
  readonly resourceGroup?: string;
  /** Default `westeurope`. */
  readonly location?: string;
  /** Milliseconds that making, starting, stopping or deleting a machine takes; what is smaller takes a third. Default 300. */
  readonly operationMs?: number;
  /** Milliseconds that an interface stays reserved for a machine that was refused; 180 s in the real one. Default 2000. */
  readonly nicReservationMs?: number;
  /** Entries on a page of a list. Default 50. */
  readonly pageSize?: number;
  /** Of the location and of every family. Default 500. */
  readonly coreLimit?: number;
  /** Seconds that a token lasts. Default 3600. */
  readonly tokenSeconds?: number;
  /** Refuses as Azure Resource Manager does when its limits per principal are reached. Default: tells them only. */
  readonly throttles?: boolean;
  /** What the two principals may do, as `actions` of a role. Default: to read everything; everything. */
  readonly roles?: { readonly read?: readonly string[]; readonly write?: readonly string[] };
  /** Where machines run. Without one, nothing boots. */
  readonly machines?: MachineHost;
  /** Default: any free one. */
  readonly port?: number;
}

/** Public addresses of every lab stand from here on: nothing listens there. */
const PUBLIC_THIRD = 240;

interface Credential {
  readonly clientId: string;
  readonly secret: string;
}

export interface RunningAzureLab {
  /** Of Azure Resource Manager and of the authority host, without a slash at the end. */
  readonly url: string;
  readonly port: number;
  /** The certificate to trust, for NODE_EXTRA_CA_CERTS. */
  readonly caFile: string;
  readonly adminUrl: string;
  readonly faults: Faults;
  /** The newest last; `calls.length = 0` forgets them. */
  readonly calls: ReceivedCall[];
  readonly tenant: string;
  readonly subscription: string;
  readonly resourceGroup: string;
  readonly location: string;
  readonly zones: readonly string[];
  readonly subnetId: string;
  /** A generalized image of 30 GiB, x64. */
  readonly image: string;
  /** Denies everything in and out. */
  readonly closedNsgId: string;
  /** Lets everything in and out. */
  readonly openNsgId: string;
  readonly principals: { readonly read: Credential; readonly write: Credential; /** Its secret has ended. */ readonly expired: Credential };
  /** A client assertion for a principal, for federated credentials; good for an hour. */
  assertion(clientId: string): string;
  /** Every right that a request has needed and had, such as `Microsoft.Compute/virtualMachines/write`. */
  usedActions(): string[];
  inventory(): Record<'virtualMachines' | 'networkInterfaces' | 'disks' | 'publicIPAddresses', string[]>;
  stop(): Promise<void>;
}

/** One subscription with a group, a network, an image and nothing else, on the loopback. */
export async function startAzureLab(options: AzureLabOptions = {}): Promise<RunningAzureLab> {
  const { resourceGroup = 'lab', location = 'westeurope', roles = {}, machines } = options;
  const faults = new Faults();
  const calls: ReceivedCall[] = [];
  const tenant = randomUUID();
  const cloud = new Cloud({
    subscription: options.subscription ?? randomUUID(),
    groups: [resourceGroup],
    location,
    zones: ['1', '2', '3'],
    operationMs: options.operationMs ?? 300,
    nicReservationMs: options.nicReservationMs ?? 2000,
    pageSize: options.pageSize ?? 50,
    coreLimit: options.coreLimit ?? 500,
    ...(machines && { machines }),
  });
  // Where nothing listens, two labs of this host may have the same addresses.
  const range = machines && (await holdRange(79, 16, PUBLIC_THIRD));
  const network = standingNetwork(cloud, resourceGroup, 'lab', '127.79.0.0/16', { machines: `127.79.${range?.third ?? 0}.0/20` });
  const image = standingImage(cloud, resourceGroup, 'linux');
  const both = (access: 'Allow' | 'Deny') =>
    (['Inbound', 'Outbound'] as const).map((direction) => ({ name: `${access}All${direction}`, access, direction, priority: 100 }));
  const closed = standingSecurityGroup(cloud, resourceGroup, 'closed', both('Deny'));
  const open = standingSecurityGroup(cloud, resourceGroup, 'open', both('Allow'));
  const principals = {
    read: newPrincipal(roles.read ?? ['*/read']),
    write: newPrincipal(roles.write ?? ['*']),
    expired: newPrincipal(roles.write ?? ['*'], true),
  };
  const assertions = new Assertions();
  let dispatcher: Dispatcher | undefined;
  const server = await startServer(options.port ?? 0, (port) => {
    const url = `https://localhost:${port}`;
    const tokens = new Tokens(options.tokenSeconds ?? 3600, `${url}/${tenant}`);
    dispatcher = new Dispatcher({ cloud, tokens, faults, calls, buckets: new Buckets(options.throttles ?? false) });
    return {
      dispatcher,
      authority: { url, tenant, principals: Object.values(principals), tokens, assertions },
      faults,
      calls,
    };
  });
  const inventory: RunningAzureLab['inventory'] = () => ({
    virtualMachines: cloud.vms.list().map(({ id }) => id),
    networkInterfaces: cloud.nics.list().map(({ id }) => id),
    disks: cloud.disks.list().map(({ id }) => id),
    publicIPAddresses: cloud.publicIps.list().map(({ id }) => id),
  });
  const admin = await startAdmin({ faults, calls, inventory });
  return {
    url: `https://localhost:${server.port}`,
    port: server.port,
    caFile: fileURLToPath(CERTIFICATES.ca),
    adminUrl: admin.url,
    faults,
    calls,
    tenant,
    subscription: cloud.subscription,
    resourceGroup,
    location,
    zones: cloud.zones,
    subnetId: network.subnets[0]?.id ?? '',
    image: image.id,
    closedNsgId: closed.id,
    openNsgId: open.id,
    principals: { read: shown(principals.read), write: shown(principals.write), expired: shown(principals.expired) },
    assertion: (clientId) => assertions.issue(clientId),
    usedActions: () => dispatcher?.usedActions ?? [],
    inventory,
    async stop() {
      cloud.operations.stop();
      await Promise.all([server.stop(), admin.stop(), range?.release()]);
    },
  };
}

function shown({ clientId, secret }: Principal): Credential {
  return { clientId, secret };
}
