import { Pace } from '../pace.ts';
import { Catalogue } from './catalogue.ts';
import type { AzureVmConfig } from './config.ts';

/** Of one subscription, for the life of this process. */
interface Account {
  readonly read: Pace;
  readonly write: Pace;
  readonly catalogue: Catalogue;
}

/** Azure counts changing calls apart from reading ones, and lets its buckets fill again less than half as fast. */
const CHANGING = 1 / 2;

const ACCOUNTS = new Map<string, Account>();

export function accountOf({ subscription, endpoint, credentials, requestsPerSecond }: AzureVmConfig): Account {
  const key = JSON.stringify([endpoint, subscription, credentials?.read, credentials?.write, requestsPerSecond]);
  const known = ACCOUNTS.get(key);
  if (known) return known;
  const account = { read: new Pace(requestsPerSecond), write: new Pace(requestsPerSecond * CHANGING), catalogue: new Catalogue() };
  ACCOUNTS.set(key, account);
  return account;
}
