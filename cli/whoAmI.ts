import { userInfo } from 'node:os';

/** The user of this machine: asserted, not proven, and recorded as such. */
export function whoAmI(): string {
  return process.env['MUSTER_USER'] ?? userInfo().username;
}
