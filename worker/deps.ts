import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Client } from '@temporalio/client';
import type { Deps } from '../activities/deps.ts';
import { ProviderError } from '../providers/errors.ts';
import { Provider } from '../providers/provider.ts';
import { openRoutes, openSite, openStore } from '../providers/registry.ts';
import type { Store } from '../providers/store.ts';
import type { Muster } from '../drills/schema/muster.ts';
import { readEnvironment, secretOf } from './config.ts';
import { safeName } from '../providers/names.ts';

interface Setting {
  readonly muster: Muster;
  readonly projectFolder: string;
  readonly stateFolder: string;
  readonly namespace: string;
  readonly client: () => Promise<Client>;
}

/** Sites, routes and stores are opened at their first use: a worker loads the SDKs of what its drills touch, and no other. */
export function createDeps({ muster, projectFolder, stateFolder, namespace, client }: Setting): Deps & { close(): Promise<void> } {
  const opened = new Map<string, Promise<Provider>>();
  const stores = new Map<string, Promise<Store>>();
  const once = <T>(map: Map<string, Promise<T>>, key: string, open: () => Promise<T>): Promise<T> => {
    const known = map.get(key);
    if (known) return known;
    const opening = open();
    map.set(key, opening);
    opening.catch(() => map.delete(key));
    return opening;
  };
  const missing = (what: string, name: string) => new ProviderError('Invalid', 'muster.yaml', `there is no ${what} ${name}`);
  return {
    installation: muster.installation,
    sites: Object.keys(muster.sites),
    routes: Object.keys(muster.routes),
    stores: Object.keys(muster.stores),
    projectFolder,
    namespace,
    client,
    site: (name) =>
      once(opened, `site ${name}`, async () => {
        const entry = muster.sites[name];
        if (!entry) throw missing('site', name);
        return new Provider(await openSite(entry, { site: name, root: join(stateFolder, 'sites', name), installation: muster.installation, secret: secretOf }));
      }),
    router: (route) => {
      const entry = muster.routes[route];
      if (!entry) return Promise.reject(missing('route', route));
      return once(opened, `routes by ${entry.driver}`, async () => new Provider(await openRoutes(entry.driver, muster.routes)));
    },
    store: (name) =>
      once(stores, name, async () => {
        const entry = muster.stores[name];
        if (!entry) throw missing('store', name);
        return openStore(name, entry, secretOf);
      }),
    storeUrl(name) {
      const entry = muster.stores[name];
      if (!entry) throw missing('store', name);
      const { endpoint, bucket } = entry;
      return typeof endpoint === 'string' ? `${endpoint}/${String(bucket)}` : `https://${String(bucket)}.s3.amazonaws.com`;
    },
    secret: secretOf,
    environment: readEnvironment,
    runFolder(workflowId) {
      const folder = join(stateFolder, 'runs', safeName(workflowId));
      mkdirSync(folder, { recursive: true });
      return folder;
    },
    async close() {
      for (const each of opened.values()) await (await each).close();
      for (const each of stores.values()) (await each).close();
    },
  };
}
