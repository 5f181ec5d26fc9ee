import { execFile } from 'node:child_process';
import { randomBytes, randomInt } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { makeRoot } from './image.ts';
import { PodmanSite } from './site.ts';

const run = promisify(execFile);

export interface PodmanSites {
  readonly a: PodmanSite;
  readonly b: PodmanSite;
  /** An address of this machine that belongs to neither: containers of both reach what listens there. */
  readonly outside: string;
  stop(): Promise<void>;
}

export interface PodmanSitesOptions {
  readonly folder: string;
  /** Images by name, each with the programs that it has beside busybox; both sites hold them. */
  readonly images: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** Two sites on one machine: two real Podmans that know nothing of each other, each with a network of its own. Needs root. */
export async function startPodmanSites({ folder, images }: PodmanSitesOptions): Promise<PodmanSites> {
  await mkdir(folder, { recursive: true });
  const [gatewayA = '', gatewayB = '', outside = ''] = freeGateways(3);
  const name = randomBytes(3).toString('hex');
  const link = `mp${name}o`;
  const a = new PodmanSite({ folder: join(folder, 'a'), bridge: `mp${name}a`, gateway: gatewayA, network: 'muster' });
  const b = new PodmanSite({ folder: join(folder, 'b'), bridge: `mp${name}b`, gateway: gatewayB, network: 'muster' });
  const stop = async (): Promise<void> => {
    for (const each of [a, b]) await each.remove();
    await run('ip', ['link', 'del', link]).catch(() => undefined);
  };
  try {
    // A bridge of Podman is there as long as a container is.
    await run('ip', ['link', 'add', link, 'type', 'bridge']);
    await run('ip', ['addr', 'add', `${outside}/32`, 'dev', link]);
    await run('ip', ['link', 'set', link, 'up']);
    await Promise.all([a.start(), b.start()]);
    for (const [image, programs] of Object.entries(images)) {
      const tarball = await makeRoot({ folder: join(folder, 'image'), programs });
      for (const each of [a, b]) await each.addImage(tarball, image);
      await rm(tarball);
    }
    return { a, b, outside, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Of networks that no interface of this machine is in. */
function freeGateways(count: number): string[] {
  const prefixOf = (address: string): string => address.slice(0, address.lastIndexOf('.'));
  const taken = new Set(Object.values(networkInterfaces()).flatMap((each) => (each ?? []).map(({ address }) => prefixOf(address))));
  const found = new Set<string>();
  while (found.size < count) {
    const gateway = `10.${randomInt(128, 192)}.${randomInt(0, 256)}.1`;
    if (!taken.has(prefixOf(gateway))) found.add(gateway);
  }
  return [...found];
}
