import { Pace } from '../pace.ts';
import { Catalogue } from './catalogue.ts';
import type { GcpComputeConfig } from './config.ts';
import { Removals } from './removals.ts';

/** Of one project, for the life of this process. */
interface Account {
  readonly read: Pace;
  readonly write: Pace;
  readonly catalogue: Catalogue;
  readonly removals: Removals;
}

/** Changing calls have fewer a minute than reading ones. https://cloud.google.com/compute/api-quota */
const CHANGING = 1 / 4;

const ACCOUNTS = new Map<string, Account>();

export function accountOf({ project, endpoint, credentials, requestsPerSecond }: GcpComputeConfig): Account {
  const key = JSON.stringify([endpoint, project, credentials?.read, credentials?.write, requestsPerSecond]);
  const known = ACCOUNTS.get(key);
  if (known) return known;
  const account = { read: new Pace(requestsPerSecond), write: new Pace(requestsPerSecond * CHANGING), catalogue: new Catalogue(), removals: new Removals() };
  ACCOUNTS.set(key, account);
  return account;
}
