import type { Cloud } from '../cloud.ts';
import { head } from '../things.ts';
import type { Nic } from './nic.ts';

export function nicView(cloud: Cloud, nic: Nic): object {
  const { id, etag, state } = nic;
  return {
    ...head(nic),
    etag,
    properties: {
      provisioningState: state === 'Creating' ? 'Updating' : state,
      resourceGuid: nic.guid,
      ipConfigurations: nic.ipConfigurations.map(({ name, subnet, method, address, primary, publicIp, publicIpDeleteOption }) => ({
        name,
        id: `${id}/ipConfigurations/${name}`,
        etag,
        type: 'Microsoft.Network/networkInterfaces/ipConfigurations',
        properties: {
          provisioningState: 'Succeeded',
          privateIPAddress: address,
          privateIPAllocationMethod: method,
          subnet: { id: subnet },
          primary,
          privateIPAddressVersion: 'IPv4',
          ...(publicIp !== undefined && {
            publicIPAddress: { id: publicIp, ...(publicIpDeleteOption !== undefined && { properties: { deleteOption: publicIpDeleteOption } }) },
          }),
        },
      })),
      dnsSettings: { dnsServers: [], appliedDnsServers: [] },
      macAddress: nic.mac,
      primary: nic.vm !== undefined && (cloud.vms.get(nic.vm)?.nics[0] ?? '').toLowerCase() === id.toLowerCase(),
      enableAcceleratedNetworking: nic.acceleratedNetworking,
      enableIPForwarding: nic.ipForwarding,
      vnetEncryptionSupported: false,
      hostedWorkloads: [],
      tapConfigurations: [],
      nicType: 'Standard',
      auxiliaryMode: 'None',
      auxiliarySku: 'None',
      ...(nic.securityGroup !== undefined && { networkSecurityGroup: { id: nic.securityGroup } }),
      ...(nic.vm !== undefined && { virtualMachine: { id: nic.vm } }),
    },
  };
}
