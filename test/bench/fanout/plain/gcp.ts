import { z } from 'zod';
import type { PlainCloud } from './cloud.ts';

const site = z.object({
  project: z.string(),
  zones: z.array(z.string()),
  endpoint: z.url(),
  subnetwork: z.string(),
  images: z.object({ orders: z.string() }),
});
const missing = z.object({ httpStatusCode: z.literal(404) });

export async function plainGcp(entry: unknown): Promise<PlainCloud> {
  const { project, zones, endpoint, subnetwork, images } = site.parse(entry);
  const zone = zones[0] ?? '';
  const { InstancesClient } = await import('@google-cloud/compute/build/src/v1/instances_client.js');
  const { hostname, port } = new URL(endpoint);
  const instances = new InstancesClient({ fallback: true, projectId: project, apiEndpoint: hostname, port: Number(port), protocol: 'http' });
  const get = async (instance: string): Promise<string | undefined> => {
    try {
      const [found] = await instances.get({ project, zone, instance });
      return String(found.status);
    } catch (error) {
      if (missing.safeParse(error).success) return undefined;
      throw error;
    }
  };
  return {
    async start(name) {
      await instances.insert({
        project,
        zone,
        instanceResource: {
          name,
          machineType: `zones/${zone}/machineTypes/e2-micro`,
          disks: [{ boot: true, autoDelete: true, initializeParams: { sourceImage: images.orders } }],
          networkInterfaces: [{ subnetwork }],
        },
      });
      return name;
    },
    runs: async (name) => (await get(name)) === 'RUNNING',
    async remove(name) {
      await instances.delete({ project, zone, instance: name });
    },
    isGone: async (name) => (await get(name)) === undefined,
  };
}
