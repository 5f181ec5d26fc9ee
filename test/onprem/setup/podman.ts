import { accessSync, constants } from 'node:fs';

const NEEDED = ['/usr/bin/podman', '/usr/sbin/runc', '/usr/lib/podman/netavark', '/bin/busybox', '/usr/bin/curl'];
const ELSEWHERE: Readonly<Record<string, string>> = { '/usr/sbin/runc': '/usr/bin/runc', '/usr/lib/podman/netavark': '/usr/libexec/podman/netavark' };

/** Why Podman cannot be tested here, and what to do about it; undefined when it can. */
export function podmanIsMissing(): string | undefined {
  const missing = NEEDED.filter((path) => !isThere(path) && !isThere(ELSEWHERE[path] ?? path));
  if (missing.length === 0 && process.getuid?.() === 0) return undefined;
  const why = missing.length > 0 ? `there is no ${missing.join(', ')}` : 'two sites of their own need root';
  return `skipped, ${why}: sudo test/onprem/setup/install.sh podman, and run the tests as root`;
}

function isThere(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
