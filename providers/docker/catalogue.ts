import type { ImageFacts, Shape } from '../spec.ts';
import { dockerCapabilities } from './capabilities.ts';
import { DriverError } from '../errors.ts';
import { ask } from './ask.ts';
import { isCode } from './errors.ts';
import type { Site } from './site.ts';

/** Names of some kernels for what everybody else calls otherwise. */
const ARCH: Readonly<Record<string, string>> = { x86_64: 'amd64', aarch64: 'arm64' };

/** The host as one shape that all share. */
export function shapeOf(site: Site, signal: AbortSignal): Promise<Shape> {
  return site.host.get('host', signal, async () => {
    const docker = await site.docker();
    const info: { NCPU: number; MemTotal: number; Architecture: string } = await docker.info();
    return { name: 'host', cpu: info.NCPU, memoryBytes: info.MemTotal, arch: ARCH[info.Architecture] ?? info.Architecture, shared: true };
  });
}

/** NotFound when the host does not hold it: nothing is pulled. */
export async function imageOf(site: Site, ref: string, signal: AbortSignal): Promise<ImageFacts & { readonly id: string }> {
  const docker = await site.docker();
  const found = await ask(signal, () => docker.getImage(ref).inspect()).catch((error: unknown) => {
    if (isCode(error, 'NotFound'))
      throw new DriverError('NotFound', `there is no image ${ref} at this host: load or pull it, or correct images of the site`, { cause: error });
    throw error;
  });
  const { vendor } = dockerCapabilities(site.config);
  return {
    id: found.Id,
    ref,
    format: 'oci',
    arch: [ARCH[found.Architecture] ?? found.Architecture],
    copies: [...new Set([site.config.location ?? vendor, ...(found.RepoDigests ?? []).flatMap(registryOf)])],
    createdAt: new Date(found.Created).toISOString(),
    exportable: true,
  };
}

/** What is only here has no registry, and Podman says `localhost` for that. */
function registryOf(digest: string): string[] {
  const [host = '', ...rest] = digest.split('/');
  if (rest.length === 0 || !/[.:]/.test(host)) return host === 'localhost' ? [] : ['docker.io'];
  return [host];
}
