import { startAzureLab } from '../azure/lab.ts';
import type { MachineHost } from '../machines/host.ts';
import type { StartedCloud } from './cloud.ts';

/** Nobody has its private half. */
const SSH_KEY =
  'ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQChgNgjfBPu4FgTZERJkrLileuF65dZOzy7GyDsmIbPpQy5upAfdMflPxooXCXS+eAEA4gHtYX4cUnltYbhx9aPG7/tb2VipYcA5i+s/J75lM1rlCpReTbhzQxYsjeSHoq2fvqpkl9258B1HUSjaHC3fDmzuHJu7G/MMCWqo/LxArC5FcstjrQd1epDev2YTEV8VM8dlNuHXt+LZmEXNM98MWUu4lLoLf4W73pUG9zx06Sj297ROkx/z5XYpIn2z2cW8Vn8KBIsSJkNCH9vYgLCNY8xUbwguqHDTP8PpMZjuri60IT2C25ush16OKpxBuQLzGaPKQD4Vuyp5RDvzfRr';

/** Credentials as an operator has them: secrets of two service principals. */
export async function startAzureCloud(_: string, machines: MachineHost): Promise<StartedCloud> {
  const lab = await startAzureLab({ machines });
  const reference = (of: 'read' | 'write'): string => [lab.tenant, lab.principals[of].clientId, lab.principals[of].secret].join(':');
  return {
    site: {
      provider: 'azure-vm',
      subscription: lab.subscription,
      resourceGroup: lab.resourceGroup,
      region: lab.location,
      zones: lab.zones,
      subnet: lab.subnetId,
      securityGroup: lab.openNsgId,
      fence: lab.closedNsgId,
      sshKey: SSH_KEY,
      endpoint: lab.url,
      ca: lab.caFile,
      images: { orders: lab.image },
      credentials: { read: 'env:LAB_AZURE_READ', write: 'env:LAB_AZURE_WRITE' },
    },
    environment: {
      LAB_AZURE_READ: reference('read'),
      LAB_AZURE_WRITE: reference('write'),
      AZURE_AUTHORITY_HOST: lab.url,
      NODE_EXTRA_CA_CERTS: lab.caFile,
    },
    admin: lab.adminUrl,
    stop: () => lab.stop(),
  };
}
