import { userInfo } from 'node:os';

/** The user of this machine: asserted, not proven, and recorded as such. */
export function whoAmI(): string {
  return process.env['MUSTER_USER'] ?? nameOfUser();
}

/** In a container a user may have a number and no name. */
function nameOfUser(): string {
  try {
    return userInfo().username;
  } catch {
    return process.env['USER'] ?? `user ${process.getuid?.() ?? 'unknown'}`;
  }
}
