import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startAws } from '../aws/aws.ts';
import type { MachineHost } from '../machines/host.ts';
import type { StartedCloud } from './cloud.ts';

/** Credentials as an operator has them: profiles in the AWS files. */
export async function startAwsCloud(folder: string, machines: MachineHost): Promise<StartedCloud> {
  const { url, admin, account, stop } = await startAws({ machines });
  const { region, subnets, open, closed, image } = account;
  const [config, keys] = [join(folder, 'config'), join(folder, 'credentials')];
  const profiles = ['dr-ro', 'dr-drill'];
  await writeFile(config, profiles.map((name) => `[profile ${name}]\nregion = ${region}\n`).join(''));
  await writeFile(keys, profiles.map((name) => `[${name}]\naws_access_key_id = ${name}\naws_secret_access_key = lab-secret-${name}\n`).join(''), {
    mode: 0o600,
  });
  return {
    site: {
      provider: 'aws-ec2',
      region,
      subnets,
      securityGroups: [open],
      fence: closed,
      families: ['t3'],
      endpoint: url,
      images: { orders: image },
      credentials: { read: 'profile:dr-ro', write: 'profile:dr-drill' },
    },
    environment: { AWS_CONFIG_FILE: config, AWS_SHARED_CREDENTIALS_FILE: keys },
    admin,
    stop,
  };
}
