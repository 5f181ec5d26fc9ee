import { randomBytes, randomInt } from 'node:crypto';
import { chmod, mkdir } from 'node:fs/promises';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { freePorts } from '../freePorts.ts';
import { IncusDaemon } from './daemon.ts';
import { makeImage } from './image.ts';

export interface IncusSites {
  readonly a: IncusDaemon;
  readonly b: IncusDaemon;
  /** Where `a` answers https. */
  readonly url: string;
  stop(): Promise<void>;
}

export interface IncusSitesOptions {
  readonly folder: string;
  /** Images by alias, each with the programs that it has beside busybox. */
  readonly images: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** Two sites on one machine: two real daemons that know nothing of each other, each with a network of its own. Needs root. */
export async function startIncusSites({ folder, images }: IncusSitesOptions): Promise<IncusSites> {
  await mkdir(folder, { recursive: true });
  await chmod(folder, 0o711);
  const [port = 0] = await freePorts([0]);
  const [gatewayA = '', gatewayB = ''] = freeGateways(2);
  const name = randomBytes(3).toString('hex');
  const a = new IncusDaemon({ folder: join(folder, 'a'), bridge: `mi${name}a`, gateway: gatewayA, port });
  const b = new IncusDaemon({ folder: join(folder, 'b'), bridge: `mi${name}b`, gateway: gatewayB });
  const stop = async (): Promise<void> => {
    // One after the other: taking a network away looks at all that there are.
    for (const each of [a, b]) await each.remove();
  };
  try {
    await Promise.all(
      [a, b].map(async (each) => {
        await each.start();
        await each.setUp();
      }),
    );
    for (const [alias, programs] of Object.entries(images)) {
      const tarball = await makeImage({ folder: join(folder, `image-${alias}`), programs });
      for (const each of [a, b]) await each.addImage(tarball, alias);
    }
    return { a, b, url: `https://127.0.0.1:${port}`, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Of networks that no interface of this machine is in. */
function freeGateways(count: number): string[] {
  const taken = new Set(Object.values(networkInterfaces()).flatMap((each) => (each ?? []).map(({ address }) => prefixOf(address))));
  const found = new Set<string>();
  while (found.size < count) {
    const gateway = `10.${randomInt(64, 128)}.${randomInt(0, 256)}.1`;
    if (!taken.has(prefixOf(gateway))) found.add(gateway);
  }
  return [...found];
}

function prefixOf(address: string): string {
  return address.slice(0, address.lastIndexOf('.'));
}
