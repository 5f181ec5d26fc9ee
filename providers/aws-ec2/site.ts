import type { AwsEc2Config } from './config.ts';
import type { Ec2 } from './client.ts';
import type { Catalogue } from './catalogue.ts';

/** What every part of the driver needs. */
export interface Site {
  readonly name: string;
  readonly config: AwsEc2Config;
  readonly installation: string;
  readonly ec2: Ec2;
  readonly catalogue: Catalogue;
  /** How many things to ask for on one page; AWS gives at most 1000. */
  readonly pageSize: number;
}
