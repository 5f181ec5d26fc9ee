import { setTimeout as sleep } from 'node:timers/promises';
import { Provider } from '../../providers/provider.ts';
import type { Found } from '../../providers/spec.ts';
import { installations, open } from './open.ts';
import type { LiveSite } from './siteFile.ts';

const LOOK_MS = 2000;
const PATIENCE_MS = 10 * 60_000;

/** Takes away everything that carries a mark of live tests, and waits for it. Gives what was there, and what still is. */
export async function sweep(site: LiveSite): Promise<{ readonly found: readonly Found[]; readonly left: readonly Found[] }> {
  const all = await Promise.all(Object.values(installations()).map((installation) => sweepOf(site, installation)));
  return { found: all.flatMap(({ found }) => found), left: all.flatMap(({ left }) => left) };
}

async function sweepOf(site: LiveSite, installation: string): Promise<{ found: Found[]; left: Found[] }> {
  const provider = new Provider(await open(site, installation));
  const signal = AbortSignal.timeout(PATIENCE_MS + 60_000);
  try {
    const found = await provider.list({ installation }, signal);
    let left = found;
    for (const end = Date.now() + PATIENCE_MS; left.length > 0 && Date.now() < end; await sleep(LOOK_MS)) {
      for (const { kind, id } of left) await provider.remove(kind, id, signal).catch((error: unknown) => console.error(String(error)));
      await sleep(LOOK_MS);
      left = await provider.list({ installation }, signal);
    }
    return { found, left };
  } finally {
    await provider.close();
  }
}
