import type { Driver } from '../driver.ts';
import { accountOf } from './account.ts';
import { awsEc2Capabilities } from './capabilities.ts';
import { ec2 } from './client.ts';
import type { AwsEc2Config } from './config.ts';
import { resolveCredentials } from './credentials.ts';
import { classify } from './errors.ts';
import { factsOf } from './inspect.ts';
import { checkPermitted } from './permitted.ts';
import { awsPower } from './power.ts';
import type { Site } from './site.ts';
import { awsWorkload } from './workload.ts';

export interface AwsEc2Options {
  /** The site's name. */
  readonly site: string;
  readonly config: AwsEc2Config;
  readonly installation: string;
  readonly secret: (reference: string) => Promise<string>;
  /** Instances on one page; default what AWS gives at most. */
  readonly pageSize?: number;
}

/** EC2 instances of one account and region. Drivers of the same account in one process share its pace and its catalogue. */
export function awsEc2Driver({ site: name, config, installation, secret, pageSize = 1000 }: AwsEc2Options): Driver {
  const { read, write, catalogue } = accountOf(config);
  const credentials = (which: 'read' | 'write') => resolveCredentials(config.credentials?.[which], secret);
  const client = ec2(config, { read, write, credentials });
  const site: Site = { name, config, installation, ec2: client, catalogue, pageSize };
  return {
    name,
    capabilities: awsEc2Capabilities(config),
    owned: { workload: awsWorkload(site) },
    power: awsPower(site),
    inspect: ({ signal }) => factsOf(site, signal),
    permitted: ({ signal }) => checkPermitted(site, signal),
    classify,
    async close() {
      client.close();
    },
  };
}
