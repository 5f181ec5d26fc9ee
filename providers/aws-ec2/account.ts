import { Catalogue } from './catalogue.ts';
import type { AwsEc2Config } from './config.ts';
import { Pace } from '../pace.ts';

/** Of one account and region, for the life of this process. */
interface Account {
  readonly read: Pace;
  readonly write: Pace;
  readonly catalogue: Catalogue;
}

/** EC2 counts changing calls apart from reading ones, and allows fewer. */
const CHANGING = 1 / 4;

const ACCOUNTS = new Map<string, Account>();

/** Which account it is cannot be asked without a further right; credentials, region and endpoint tell accounts apart well enough. */
export function accountOf({ region, endpoint, credentials, requestsPerSecond }: AwsEc2Config): Account {
  const key = JSON.stringify([endpoint, region, credentials?.read, credentials?.write, requestsPerSecond]);
  const known = ACCOUNTS.get(key);
  if (known) return known;
  const account = { read: new Pace(requestsPerSecond), write: new Pace(requestsPerSecond * CHANGING), catalogue: new Catalogue() };
  ACCOUNTS.set(key, account);
  return account;
}
