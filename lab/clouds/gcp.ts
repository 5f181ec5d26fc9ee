import { startGcpLab } from '../gcp/lab.ts';
import type { MachineHost } from '../machines/host.ts';
import type { StartedCloud } from './cloud.ts';

/** Credentials as an operator has them: files of workload identity federation. */
export async function startGcpCloud(folder: string, machines: MachineHost): Promise<StartedCloud> {
  const lab = await startGcpLab({ machines });
  return {
    site: {
      provider: 'gcp-compute',
      project: lab.project,
      zones: lab.zones,
      subnetwork: lab.subnetwork,
      fence: lab.closedTag,
      machineTypes: ['e2'],
      endpoint: lab.url,
      images: { orders: lab.image },
      credentials: { read: 'env:LAB_GCP_READ', write: 'env:LAB_GCP_WRITE' },
    },
    environment: {
      LAB_GCP_READ: await lab.credentialsFile('read', folder),
      LAB_GCP_WRITE: await lab.credentialsFile('write', folder),
      GOOGLE_CLOUD_PROJECT: lab.project,
    },
    admin: lab.adminUrl,
    stop: () => lab.stop(),
  };
}
