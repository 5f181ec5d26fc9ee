import type { Client } from '@temporalio/client';
import type { Provider } from '../providers/provider.ts';
import type { Store } from '../providers/store.ts';

/** What the composition root (`worker/`) hands to activities. Lookups throw ProviderError Invalid for a name that is not configured. */
export interface Deps {
  readonly installation: string;
  readonly sites: readonly string[];
  readonly routes: readonly string[];
  readonly stores: readonly string[];
  site(name: string): Promise<Provider>;
  router(route: string): Promise<Provider>;
  store(name: string): Promise<Store>;
  /** URL under which machines reach the store's bucket, without a trailing slash. */
  storeUrl(name: string): string;
  /** The value of a reference; asked for at the last moment and never kept. */
  secret(reference: string): Promise<string>;
  /** Values of these names in the worker's environment; those that are not set are left out. */
  environment(names: readonly string[]): Readonly<Record<string, string>>;
  /** Directory in which a drill file's programs run. */
  readonly projectFolder: string;
  /** Directory for one run's evidence; made on first use. */
  runFolder(workflowId: string): string;
  readonly namespace: string;
  client(): Promise<Client>;
}
