import { join } from 'node:path';
import { localConfig, localDriver } from '../providers/local/index.ts';
import { Provider } from '../providers/provider.ts';

/** Ends and removes everything that an installation has at sites of this machine, standing things included: the lab's own way to leave nothing. */
export async function clearSites(state: string, sites: readonly string[], installation: string): Promise<number> {
  const signal = AbortSignal.timeout(60_000);
  let removed = 0;
  for (const site of sites) {
    const provider = new Provider(localDriver({ site, root: join(state, 'sites', site), installation, config: localConfig.parse({ provider: 'local' }) }));
    for (let found = await provider.list({ installation }, signal); found.length > 0; found = await provider.list({ installation }, signal)) {
      for (const { kind, id } of found) await provider.remove(kind, id, signal);
      removed += found.length;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
  return removed;
}
