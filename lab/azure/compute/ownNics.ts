import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { Ask } from '../ask.ts';
import { ArmError } from '../armError.ts';
import type { Nic } from '../network/nic.ts';
import { putNic } from '../network/nics.ts';
import { putPublicIp } from '../network/publicIps.ts';
import { missing } from './checkOs.ts';
import type { VmProperties } from './vm.ts';

const link = z.looseObject({ id: z.string().optional() });
const tags = z.record(z.string(), z.string()).optional();
const addressConfiguration = z.looseObject({
  name: z.string(),
  tags,
  sku: z.looseObject({}).optional(),
  properties: z.looseObject({ deleteOption: z.string().optional(), publicIPAllocationMethod: z.string().optional() }).optional(),
});
const configuration = z.looseObject({
  name: z.string(),
  tags,
  properties: z
    .looseObject({
      primary: z.boolean().optional(),
      deleteOption: z.string().optional(),
      networkSecurityGroup: link.optional(),
      ipConfigurations: z
        .array(
          z.looseObject({
            name: z.string(),
            properties: z
              .looseObject({
                subnet: link.optional(),
                primary: z.boolean().optional(),
                publicIPAddressConfiguration: addressConfiguration.optional(),
              })
              .optional(),
          }),
        )
        .optional(),
    })
    .optional(),
});
type Configuration = z.infer<typeof configuration>;

/** What a machine brings with it needs the version of the network's API that makes it. */
export function ownConfigurations({ networkProfile }: VmProperties): Configuration[] {
  const wanted = z.array(configuration).parse(networkProfile?.networkInterfaceConfigurations ?? []);
  if (wanted.length > 0 && networkProfile?.networkApiVersion === undefined) throw missing('networkProfile.networkApiVersion');
  if (wanted.length > 0 && networkProfile?.networkInterfaces?.length)
    throw new ArmError(400, 'InvalidParameter', 'Network interfaces and their configurations cannot be given at once.', { target: 'networkProfile' });
  return wanted;
}

/**
 * Interfaces and addresses that are made along with their machine, and the profile that refers to them.
 * https://learn.microsoft.com/rest/api/compute/virtual-machines/create-or-update#virtualmachinenetworkinterfaceconfiguration
 * How they are called in the end is not documented: as given, with something behind it.
 */
export function makeOwnNics(ask: Ask, group: string, properties: VmProperties): { nics: Nic[]; properties: VmProperties } {
  const wanted = ownConfigurations(properties);
  if (wanted.length === 0) return { nics: [], properties };
  const made = wanted.map((each) => ({ nic: makeNic(ask, group, each), each }));
  const { networkInterfaceConfigurations: _, networkApiVersion: __, ...profile } = properties.networkProfile ?? {};
  const networkInterfaces = made.map(({ nic, each }) => ({
    id: nic.id,
    properties: {
      primary: each.properties?.primary ?? made.length === 1,
      ...(each.properties?.deleteOption !== undefined && { deleteOption: each.properties.deleteOption }),
    },
  }));
  return { nics: made.map(({ nic }) => nic), properties: { ...properties, networkProfile: { ...profile, networkInterfaces } } };
}

function makeNic(ask: Ask, group: string, { name, tags: own, properties = {} }: Configuration): Nic {
  const { cloud } = ask;
  const called = unlike(name);
  const ipConfigurations = (properties.ipConfigurations ?? []).map(({ name: ip, properties: { subnet, primary, publicIPAddressConfiguration } = {} }) => {
    const address = publicIPAddressConfiguration && {
      id: makeAddress(ask, group, publicIPAddressConfiguration),
      properties: { deleteOption: publicIPAddressConfiguration.properties?.deleteOption },
    };
    return { name: ip, properties: { subnet, primary, privateIPAllocationMethod: 'Dynamic', ...(address && { publicIPAddress: address }) } };
  });
  const { networkSecurityGroup } = properties;
  putNic(within(ask, { networkInterfaceName: called }, { location: cloud.location, tags: own, properties: { networkSecurityGroup, ipConfigurations } }));
  const nic = cloud.nics.get(cloud.id(group, 'Microsoft.Network/networkInterfaces', called));
  if (!nic) throw new Error(`interface ${called} was made and is not there`);
  return nic;
}

function makeAddress(ask: Ask, group: string, { name, tags: own, sku, properties }: z.infer<typeof addressConfiguration>): string {
  const called = unlike(name);
  putPublicIp(within(ask, { publicIpAddressName: called }, { location: ask.cloud.location, tags: own, sku, properties }));
  return ask.cloud.id(group, 'Microsoft.Network/publicIPAddresses', called);
}

/** The service's own request, so to say: without what was planted for that of the machine. */
function within(ask: Ask, params: Readonly<Record<string, string>>, body: unknown): Ask {
  const { fault: _, ...rest } = ask;
  const { resourceGroupName = '' } = ask.params;
  return { ...rest, params: { resourceGroupName, ...params }, headers: {}, body: JSON.parse(JSON.stringify(body)) };
}

function unlike(name: string): string {
  return `${name}-${randomBytes(4).toString('hex')}`;
}
