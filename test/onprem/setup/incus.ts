import { accessSync, constants } from 'node:fs';

const NEEDED = ['/usr/libexec/incus/incusd', '/usr/sbin/dnsmasq', '/bin/busybox', '/usr/bin/curl', '/usr/bin/openssl'];

/** Why Incus cannot be tested here, and what to do about it; undefined when it can. */
export function incusIsMissing(): string | undefined {
  const missing = NEEDED.filter((path) => !isThere(path));
  if (missing.length === 0 && process.getuid?.() === 0) return undefined;
  const why = missing.length > 0 ? `there is no ${missing.join(', ')}` : 'two daemons of their own need root';
  return `skipped, ${why}: sudo test/onprem/setup/install.sh incus, and run the tests as root`;
}

function isThere(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
