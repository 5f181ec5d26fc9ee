import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { PlainCloud } from './cloud.ts';

const site = z.object({
  subscription: z.string(),
  resourceGroup: z.string(),
  region: z.string(),
  zones: z.array(z.string()),
  subnet: z.string(),
  sshKey: z.string(),
  endpoint: z.url(),
  ca: z.string(),
  images: z.object({ orders: z.string() }),
});
const missing = z.object({ statusCode: z.literal(404) });

/** `principal` is `<tenant>:<client id>:<secret>`. */
export async function plainAzure(entry: unknown, principal: string): Promise<PlainCloud> {
  const { subscription, resourceGroup, region, zones, subnet, sshKey, endpoint, ca, images } = site.parse(entry);
  const [tenant = '', clientId = '', secret = ''] = principal.split(':');
  const [{ ComputeManagementClient }, { ClientSecretCredential }] = await Promise.all([import('@azure/arm-compute'), import('@azure/identity')]);
  const tlsOptions = { ca: readFileSync(ca, 'utf8') };
  const credential = new ClientSecretCredential(tenant, clientId, secret, { tlsOptions, disableInstanceDiscovery: true });
  const { virtualMachines } = new ComputeManagementClient(credential, subscription, {
    endpoint,
    tlsOptions,
    credentials: { scopes: ['https://management.azure.com/.default'] },
  });
  const get = async (name: string): Promise<string | undefined> => {
    try {
      return (await virtualMachines.get(resourceGroup, name)).provisioningState;
    } catch (error) {
      if (missing.safeParse(error).success) return undefined;
      throw error;
    }
  };
  return {
    async start(name) {
      await virtualMachines
        .createOrUpdate(resourceGroup, name, {
          location: region,
          zones: zones.slice(0, 1),
          hardwareProfile: { vmSize: 'Standard_B1ls' },
          storageProfile: { imageReference: { id: images.orders }, osDisk: { createOption: 'FromImage', deleteOption: 'Delete' } },
          osProfile: {
            computerName: name,
            adminUsername: 'plain',
            linuxConfiguration: {
              disablePasswordAuthentication: true,
              ssh: { publicKeys: [{ path: '/home/plain/.ssh/authorized_keys', keyData: sshKey }] },
            },
          },
          networkProfile: {
            networkApiVersion: '2022-11-01',
            networkInterfaceConfigurations: [
              { name, primary: true, deleteOption: 'Delete', ipConfigurations: [{ name: 'main', primary: true, subnet: { id: subnet } }] },
            ],
          },
        })
        .submitted();
      return name;
    },
    runs: async (name) => (await get(name)) === 'Succeeded',
    async remove(name) {
      await virtualMachines.delete(resourceGroup, name).submitted();
    },
    isGone: async (name) => (await get(name)) === undefined,
  };
}
